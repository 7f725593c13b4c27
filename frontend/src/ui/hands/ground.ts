/** What a hand does on the empty ground: draw a frame around cards, or push the map along. */
import type { Editor } from '../../commands/command'
import { stackOf } from '../../commands/aim'
import { putBack } from '../../commands/move'
import { cursorOf, isLane, itemsIn } from '../../commands/walk'
import { type Box, type Surface, between, onMap, slotsTouched, touched } from '../../layout/hit'
import { STACKS } from '../../layout/sizes'
import { keyOf } from '../../lib/keys'
import type { Id } from '../../model/records'
import { pointOf } from './hold'
import { pulling } from './pulling'
import { surfaceOf } from './surface'
import { swallow } from './swallow'

const MOVED = 4

export function watchGround(editor: Editor, frame: HTMLElement): () => void {
  const keyed = (event: KeyboardEvent) => {
    const target = event.target as Element
    if (!keyOf(event).endsWith('Space') || target.closest('textarea, input, select, button, dialog, [role="menu"]')) return
    if (event.type === 'keyup') delete frame.dataset['hand']
    else if (target.closest('[data-frame]') || target === document.body) {
      frame.dataset['hand'] = 'open'
      event.preventDefault() // the browser would scroll a page on
    }
  }
  const pressed = (event: PointerEvent) => {
    const target = event.target as Element
    const isPan = event.button === 1 || (event.button === 0 && frame.dataset['hand'] !== undefined)
    if (isPan) pan(editor, frame, event)
    else if (event.button === 0 && event.pointerType !== 'touch' && isGround(target) && !editor.view.carrying.get()) draw(editor, frame, event)
  }
  const lost = () => delete frame.dataset['hand']
  window.addEventListener('keydown', keyed)
  window.addEventListener('keyup', keyed)
  window.addEventListener('blur', lost)
  frame.addEventListener('pointerdown', pressed)
  return () => {
    window.removeEventListener('keydown', keyed)
    window.removeEventListener('keyup', keyed)
    window.removeEventListener('blur', lost)
    frame.removeEventListener('pointerdown', pressed)
  }
}

function isGround(target: Element): boolean {
  return !target.closest('[data-item], [data-feel], button, textarea, [role="rowheader"], [role="columnheader"]')
}

/** Follow a pointer until it is let go. `done` hears whether it ended by itself. */
function follow(event: PointerEvent, moved: (event: PointerEvent) => void, done: (isKept: boolean) => void): void {
  const mine = (other: PointerEvent) => other.pointerId === event.pointerId && moved(other)
  const key = (pressed: KeyboardEvent) => keyOf(pressed) === 'Escape' && (pressed.stopPropagation(), end(false))
  const up = () => end(true)
  const gone = () => end(false)
  const end = (isKept: boolean) => {
    window.removeEventListener('pointermove', mine)
    window.removeEventListener('pointerup', up)
    window.removeEventListener('pointercancel', gone)
    window.removeEventListener('keydown', key, true)
    done(isKept)
  }
  window.addEventListener('pointermove', mine)
  window.addEventListener('pointerup', up)
  window.addEventListener('pointercancel', gone)
  window.addEventListener('keydown', key, true)
}

function pan(editor: Editor, frame: HTMLElement, event: PointerEvent): void {
  event.preventDefault()
  if (editor.view.carrying.get()) putBack(editor) // the Space that began the pan had picked up
  let last = pointOf(event)
  const before = frame.dataset['hand']
  frame.dataset['hand'] = 'closed'
  const moved = (next: PointerEvent) => {
    const at = pointOf(next)
    frame.scrollBy({ left: last.x - at.x, top: last.y - at.y, behavior: 'instant' })
    last = at
  }
  follow(event, moved, () => {
    if (frame.dataset['hand'] && before) frame.dataset['hand'] = before
    else delete frame.dataset['hand']
    swallow('click', 50)
    if (event.button === 1) swallow('paste', 100) // the middle button pastes on some systems
  })
}

function draw(editor: Editor, frame: HTMLElement, event: PointerEvent): void {
  const { view, prompts } = editor
  const base = view.selection.get()
  const kept = event.shiftKey ? base : new Set<Id>()
  let at = pointOf(event)
  const begun = at
  const from = onMap(surfaceOf(editor, frame), at)
  let stop: (() => void) | null = null
  const look = () => {
    const surface = surfaceOf(editor, frame)
    const box = between(from, onMap(surface, at))
    view.marquee.set(box)
    view.selection.set(new Set([...kept, ...within(editor, surface, box)]))
  }
  const moved = (next: PointerEvent) => {
    at = pointOf(next)
    if (!stop && Math.hypot(at.x - begun.x, at.y - begun.y) < MOVED) return
    stop ??= pulling(editor, frame, () => at, look)
    look()
  }
  follow(event, moved, (isKept) => {
    stop?.()
    view.marquee.set(null)
    if (!stop) return
    swallow('click', 50)
    if (!isKept) return view.selection.set(base)
    const [first] = view.selection.get()
    const cursor = cursorOf(editor, first ?? '')
    if (cursor) view.cursor.set(cursor)
    prompts.announce(`${view.selection.get().size} selected`)
  })
}

/** The records that a rectangle touches. */
function within(editor: Editor, surface: Surface, box: Box): Id[] {
  const { columns } = editor.order.get()
  const found = touched(surface, box)
  return found.rows.filter(({ key }) => isLane(editor, key) || key === 'notes' || key === 'measures').flatMap((row) =>
    found.columns.flatMap((at) => {
      const ids = itemsIn(editor, row.key, columns[at]?.step ?? '')
      if (editor.view.rows.get().collapsed.includes(row.key)) return ids
      return slotsTouched(STACKS[stackOf(row.key)], ids.length, box.top - row.start, box.top + box.height - row.start).map((slot) => ids[slot] ?? '')
    }),
  )
}

