/** The focus follows the cursor, never the other way round by itself, and never a remote change. */
import type { Editor } from '../commands/command'
import { type Numbers, nearest, numbersOf } from '../commands/nearest'
import type { Cursor } from '../store/view'
import { menu } from './menu'

export function watchCursor(editor: Editor, grid: HTMLElement): () => void {
  const { view, store } = editor
  let last: Numbers = { row: 0, column: 0 }
  let isQuiet = false // the focus is somewhere else, and stays there
  const follow = () => {
    const now = view.cursor.get()
    if (now) last = numbersOf(editor, now)
    if (isQuiet || view.editing.get()) return
    // React draws first: the element that takes the focus may be new.
    requestAnimationFrame(() => {
      const cursor = view.cursor.get()
      if (view.editing.get()) return
      const element = cursor ? find(grid, cursor) : grid.querySelector<HTMLElement>('[data-grid]')
      if (!menu.get()) element?.focus({ preventScroll: true })
      if (cursor) element?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    })
  }
  // Called before React draws: one still sees whether the focus is on what is going.
  const stay = () => {
    const at = document.activeElement
    const isHere = grid.contains(at)
    const cursor = view.cursor.get()
    const isBusy = view.editing.get() !== null || view.carrying.get() !== null
    const next = cursor && !isBusy ? nearest(editor, cursor, last) : cursor
    isQuiet = !isHere && at !== document.body
    if (next !== cursor) view.cursor.set(next)
    else if (isHere) requestAnimationFrame(regain)
    isQuiet = false
  }
  // What stands in a column that others move loses the focus: the browser takes it out and puts it in again.
  const regain = () => {
    if (document.activeElement !== document.body) return
    const text = grid.querySelector<HTMLElement>('[data-editing]')
    if (text) text.focus()
    else focusCursor(editor)
  }
  const ends = [store.subscribe('any', stay), view.rows.subscribe(stay), view.editing.subscribe(stay), view.cursor.subscribe(follow), view.editing.subscribe(follow)]
  return () => ends.forEach((end) => end())
}

/** What had the focus went away (a button that did its work, a panel that was closed): then the map has it, never the page. */
export function watchLost(editor: Editor): () => void {
  let last: Element | null = null
  const noted = ({ target }: FocusEvent) => void (last = target instanceof Element ? target : null)
  const isLost = () => document.activeElement === document.body && last !== null && (!last.isConnected || last.matches(':disabled'))
  // Two frames: first React draws, and whoever knows better gives the focus away.
  const look = () => void requestAnimationFrame(() => requestAnimationFrame(() => void (isLost() && !editor.view.lift.get() && focusCursor(editor))))
  const events = ['click', 'keydown'] as const
  document.addEventListener('focusin', noted)
  for (const name of events) document.addEventListener(name, look)
  const end = editor.store.subscribe('every:comment', look)
  return () => {
    document.removeEventListener('focusin', noted)
    for (const name of events) document.removeEventListener(name, look)
    end()
  }
}

/** A map that opens takes the focus, so that its keys work at once; unless somebody is somewhere else by then. */
export function focusFirst(editor: Editor): void {
  if (document.activeElement === document.body && !editor.view.editing.get()) focusCursor(editor)
}

/** Put the focus back on the map, where the cursor is. */
export function focusCursor({ view }: Editor): void {
  const frame = document.querySelector<HTMLElement>('[data-frame]')
  const cursor = view.cursor.get()
  const element = frame && ((cursor && find(frame, cursor)) ?? frame.querySelector<HTMLElement>('[data-grid]'))
  element?.focus({ preventScroll: true })
}

function find(grid: HTMLElement, { row, step, item }: Cursor): HTMLElement | null {
  const [atRow, atStep] = [`[data-row="${CSS.escape(row)}"]`, `[data-step="${CSS.escape(step)}"]`]
  return (
    (item && grid.querySelector<HTMLElement>(`[data-item="${CSS.escape(item)}"]`)) ||
    grid.querySelector<HTMLElement>(`[data-feel]${atRow}${atStep}, button${atRow}${atStep}`) ||
    grid.querySelector<HTMLElement>(`[data-cell]${atRow}${atStep}`)
  )
}
