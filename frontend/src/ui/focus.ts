/** The focus follows the cursor, never the other way round by itself, and never a remote change. */
import type { Editor } from '../commands/command'
import type { Cursor } from '../store/view'

export function watchCursor(editor: Editor, grid: HTMLElement): () => void {
  const { view } = editor
  const follow = () => {
    const cursor = view.cursor.get()
    if (!cursor || view.editing.get()) return
    // React draws first: the element that takes the focus may be new.
    requestAnimationFrame(() => {
      const element = find(grid, cursor)
      if (!element || view.editing.get()) return
      element.focus({ preventScroll: true })
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    })
  }
  const ends = [view.cursor.subscribe(follow), view.editing.subscribe(follow)]
  return () => ends.forEach((end) => end())
}

function find(grid: HTMLElement, { row, step, item }: Cursor): HTMLElement | null {
  const [atRow, atStep] = [`[data-row="${CSS.escape(row)}"]`, `[data-step="${CSS.escape(step)}"]`]
  return (
    (item && grid.querySelector<HTMLElement>(`[data-item="${CSS.escape(item)}"]`)) ||
    grid.querySelector<HTMLElement>(`[data-feel]${atRow}${atStep}, button${atRow}${atStep}`) ||
    grid.querySelector<HTMLElement>(`[data-cell]${atRow}${atStep}`)
  )
}
