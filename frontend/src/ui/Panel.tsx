import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { keyOf } from '../lib/keys'
import { useEditor } from '../map/hooks'
import { Icon } from '../map/marks'
import { focusCursor } from './focus'

/** What opens beside the map. */
export function Panel({ title, children }: { title: string; children: ReactNode }) {
  const editor = useEditor()
  // A text that is typed here is not lost: Esc goes back to the map, and from there closes.
  const press = (event: KeyboardEvent) => {
    if (keyOf(event) !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    focusCursor(editor)
  }
  const name = useId()
  return (
    <aside className="editor-panel" aria-labelledby={name} onKeyDown={press}>
      <div className="dialog-head">
        <h2 id={name}>{title}</h2>
        <button className="btn btn-quiet btn-sm btn-icon" aria-label={`Close ${title}`} onClick={() => editor.view.panel.set(null)}><Icon name="x" /></button>
      </div>
      {children}
    </aside>
  )
}
