/** The focus follows the cursor, never the other way round by itself, and never a remote change. */
import type { Editor } from '../commands/command'
import type { Cursor } from '../store/view'
import { menu } from './menu'

export function watchCursor(editor: Editor, grid: HTMLElement): () => void {
  const { view } = editor
  const follow = () => {
    if (!view.cursor.get() || view.editing.get()) return
    // React draws first: the element that takes the focus may be new.
    requestAnimationFrame(() => {
      const cursor = view.cursor.get()
      const element = cursor && find(grid, cursor)
      if (!element || view.editing.get()) return
      if (!menu.get()) element.focus({ preventScroll: true })
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    })
  }
  const ends = [view.cursor.subscribe(follow), view.editing.subscribe(follow)]
  return () => ends.forEach((end) => end())
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
