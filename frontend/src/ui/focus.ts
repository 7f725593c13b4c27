/** Moves the focus with the cursor, but not the cursor with the focus. Remote changes never move the focus. */
import type { Editor } from '../commands/command'
import { type GridIndex, nearestCursor, gridIndexOf } from '../commands/nearestCursor'
import type { Cursor } from '../store/editorState'
import { contextMenu } from './contextMenuState'

export function watchCursor(editor: Editor, grid: HTMLElement): () => void {
  const { state, store } = editor
  let last: GridIndex = { row: 0, column: 0 }
  let isQuiet = false // the focus is elsewhere and must stay there
  const focusOnCursor = () => {
    const now = state.cursor.get()
    if (now) last = gridIndexOf(editor, now)
    if (isQuiet || state.inlineEdit.get()) return
    // After React has rendered, because the element to focus may be new.
    requestAnimationFrame(() => {
      const cursor = state.cursor.get()
      if (state.inlineEdit.get()) return
      const element = cursor ? findElement(grid, cursor) : grid.querySelector<HTMLElement>('[data-grid]')
      if (!contextMenu.get()) element?.focus({ preventScroll: true })
      if (cursor) element?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    })
  }
  // Called before React renders, while the focus is still on an element about to be removed.
  const onStoreChange = () => {
    const at = document.activeElement
    const isHere = grid.contains(at)
    const cursor = state.cursor.get()
    const isBusy = state.inlineEdit.get() !== null || state.carried.get() !== null
    const next = cursor && !isBusy ? nearestCursor(editor, cursor, last) : cursor
    isQuiet = !isHere && at !== document.body
    if (next !== cursor) state.cursor.set(next)
    else if (isHere) requestAnimationFrame(restoreFocus)
    isQuiet = false
  }
  // When others move a column, its elements are re-inserted and lose the focus.
  const restoreFocus = () => {
    if (document.activeElement !== document.body) return
    const text = grid.querySelector<HTMLElement>('[data-editing]')
    if (text) text.focus()
    else focusCursor(editor)
  }
  const cleanups = [
    store.subscribe('any', onStoreChange),
    state.rows.subscribe(onStoreChange),
    state.inlineEdit.subscribe(onStoreChange),
    state.cursor.subscribe(focusOnCursor),
    state.inlineEdit.subscribe(focusOnCursor),
  ]
  return () => cleanups.forEach((cleanup) => cleanup())
}

/**
 * Move the focus to the map when the focused element disappears (a button after its action, a closed panel), so that it
 * never falls to the page.
 */
export function watchLostFocus(editor: Editor): () => void {
  let last: Element | null = null
  const rememberFocus = ({ target }: FocusEvent) => void (last = target instanceof Element ? target : null)
  // A button that was just disabled keeps the focus until the browser removes it.
  const isLost = () =>
    last !== null &&
    [document.body, last].includes(document.activeElement ?? document.body) &&
    (!last.isConnected || last.matches(':disabled'))
  // Two frames, so that React can render and other code can move the focus first.
  const restoreIfLost = () =>
    void requestAnimationFrame(() =>
      requestAnimationFrame(() => void (isLost() && !editor.state.dragItem.get() && focusCursor(editor))),
    )
  const events = ['click', 'keydown'] as const
  document.addEventListener('focusin', rememberFocus)
  for (const name of events) document.addEventListener(name, restoreIfLost)
  const cleanup = editor.store.subscribe('every:comment', restoreIfLost)
  return () => {
    document.removeEventListener('focusin', rememberFocus)
    for (const name of events) document.removeEventListener(name, restoreIfLost)
    cleanup()
  }
}

/** Focus the map when it opens, so that its keys work at once, unless another element has received the focus. */
export function focusFirst(editor: Editor): void {
  if (document.activeElement === document.body && !editor.state.inlineEdit.get()) focusCursor(editor)
}

/** Focus the map at the cursor. */
export function focusCursor({ state }: Editor): void {
  const frame = document.querySelector<HTMLElement>('[data-frame]')
  const cursor = state.cursor.get()
  const element = frame && ((cursor && findElement(frame, cursor)) ?? frame.querySelector<HTMLElement>('[data-grid]'))
  element?.focus({ preventScroll: true })
}

function findElement(grid: HTMLElement, { row, step, item }: Cursor): HTMLElement | null {
  const [atRow, atStep] = [`[data-row="${CSS.escape(row)}"]`, `[data-step="${CSS.escape(step)}"]`]
  return (
    (item && grid.querySelector<HTMLElement>(`[data-item="${CSS.escape(item)}"]`)) ||
    grid.querySelector<HTMLElement>(`[data-emotion-point]${atRow}${atStep}, button${atRow}${atStep}`) ||
    grid.querySelector<HTMLElement>(`[data-cell]${atRow}${atStep}`)
  )
}
