/** Dragging on the empty map: draw a selection rectangle, or pan. */
import type { Editor } from '../../commands/command'
import { cardTypeOfRow } from '../../commands/dropTarget'
import { cancelCarry } from '../../commands/moveCommands'
import { cursorOnRecord, isLane, itemsInCell } from '../../commands/gridNavigation'
import { type Box, type GridGeometry, boxBetween, toMapPoint, slotsInRange, cellsInBox } from '../../layout/hitTest'
import { STACK_LAYOUTS } from '../../layout/sizes'
import { keyName } from '../../lib/keys'
import type { Id } from '../../model/records'
import { pointOf } from './dragSession'
import { startEdgeScroll } from './edgeScroll'
import { measureGrid } from './gridGeometry'
import { suppressNextEvent } from './suppressNextEvent'

const DRAG_THRESHOLD_PX = 4

export function watchPanAndMarquee(editor: Editor, frame: HTMLElement): () => void {
  const onSpace = (event: KeyboardEvent) => {
    const target = event.target as Element
    if (!keyName(event).endsWith('Space') || target.closest('textarea, input, select, button, dialog, [role="menu"]'))
      return
    if (event.type === 'keyup') delete frame.dataset['pan']
    else if (target.closest('[data-frame]') || target === document.body) {
      frame.dataset['pan'] = 'open'
      event.preventDefault() // keeps the browser from scrolling the page
    }
  }
  const onPointerDown = (event: PointerEvent) => {
    const target = event.target as Element
    const isPan = event.button === 1 || (event.button === 0 && frame.dataset['pan'] !== undefined)
    if (isPan) pan(editor, frame, event)
    else if (event.button === 0 && event.pointerType !== 'touch' && isEmptyArea(target) && !editor.state.carried.get())
      drawMarquee(editor, frame, event)
  }
  const onBlur = () => delete frame.dataset['pan']
  window.addEventListener('keydown', onSpace)
  window.addEventListener('keyup', onSpace)
  window.addEventListener('blur', onBlur)
  frame.addEventListener('pointerdown', onPointerDown)
  return () => {
    window.removeEventListener('keydown', onSpace)
    window.removeEventListener('keyup', onSpace)
    window.removeEventListener('blur', onBlur)
    frame.removeEventListener('pointerdown', onPointerDown)
  }
}

function isEmptyArea(target: Element): boolean {
  return !target.closest(
    '[data-item], [data-emotion-point], button, textarea, [role="rowheader"], [role="columnheader"]',
  )
}

/** Track a pointer until it is released. `done` receives false if the gesture was canceled. */
function trackPointer(
  event: PointerEvent,
  moved: (event: PointerEvent) => void,
  done: (isKept: boolean) => void,
): void {
  const onMove = (other: PointerEvent) => other.pointerId === event.pointerId && moved(other)
  const onKeyDown = (pressed: KeyboardEvent) => keyName(pressed) === 'Escape' && (pressed.stopPropagation(), end(false))
  const onUp = () => end(true)
  const cancel = () => end(false)
  const end = (isKept: boolean) => {
    window.removeEventListener('pointermove', onMove)
    window.removeEventListener('pointerup', onUp)
    window.removeEventListener('pointercancel', cancel)
    window.removeEventListener('keydown', onKeyDown, true)
    done(isKept)
  }
  window.addEventListener('pointermove', onMove)
  window.addEventListener('pointerup', onUp)
  window.addEventListener('pointercancel', cancel)
  window.addEventListener('keydown', onKeyDown, true)
}

function pan(editor: Editor, frame: HTMLElement, event: PointerEvent): void {
  event.preventDefault()
  if (editor.state.carried.get()) cancelCarry(editor) // the Space key that started panning had picked up a card
  let last = pointOf(event)
  const before = frame.dataset['pan']
  frame.dataset['pan'] = 'closed'
  const moved = (next: PointerEvent) => {
    const at = pointOf(next)
    frame.scrollBy({ left: last.x - at.x, top: last.y - at.y, behavior: 'instant' })
    last = at
  }
  trackPointer(event, moved, () => {
    if (frame.dataset['pan'] && before) frame.dataset['pan'] = before
    else delete frame.dataset['pan']
    suppressNextEvent('click', 50)
    if (event.button === 1) suppressNextEvent('paste', 100) // the middle button pastes on some systems
  })
}

function drawMarquee(editor: Editor, frame: HTMLElement, event: PointerEvent): void {
  const { state, ui } = editor
  const base = state.selection.get()
  const initial = event.shiftKey ? base : new Set<Id>()
  let at = pointOf(event)
  const start = at
  const from = toMapPoint(measureGrid(editor, frame), at)
  let stop: (() => void) | null = null
  const updateSelection = () => {
    const geometry = measureGrid(editor, frame)
    const box = boxBetween(from, toMapPoint(geometry, at))
    state.marquee.set(box)
    state.selection.set(new Set([...initial, ...recordsInBox(editor, geometry, box)]))
  }
  const moved = (next: PointerEvent) => {
    at = pointOf(next)
    if (!stop && Math.hypot(at.x - start.x, at.y - start.y) < DRAG_THRESHOLD_PX) return
    stop ??= startEdgeScroll(editor, frame, () => at, updateSelection)
    updateSelection()
  }
  trackPointer(event, moved, (isKept) => {
    stop?.()
    state.marquee.set(null)
    if (!stop) return
    suppressNextEvent('click', 50)
    if (!isKept) return state.selection.set(base)
    const [first] = state.selection.get()
    const cursor = cursorOnRecord(editor, first ?? '')
    if (cursor) state.cursor.set(cursor)
    ui.announce(`${state.selection.get().size} selected`)
  })
}

/** Return the records that a rectangle touches. */
function recordsInBox(editor: Editor, geometry: GridGeometry, box: Box): Id[] {
  const { columns } = editor.outline.get()
  const cells = cellsInBox(geometry, box)
  return cells.rows
    .filter(({ key }) => isLane(editor, key) || key === 'notes' || key === 'measures')
    .flatMap((row) =>
      cells.columns.flatMap((at) => {
        const ids = itemsInCell(editor, row.key, columns[at]?.step ?? '')
        if (editor.state.rows.get().collapsed.includes(row.key)) return ids
        return slotsInRange(
          STACK_LAYOUTS[cardTypeOfRow(row.key)],
          ids.length,
          box.top - row.start,
          box.top + box.height - row.start,
        ).map((slot) => ids[slot] ?? '')
      }),
    )
}
