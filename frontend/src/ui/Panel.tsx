import { type ReactNode, useId } from 'react'
import { useEditor } from '../map/hooks'
import { Icon } from '../map/marks'

/** What opens beside the map. */
export function Panel({ title, children }: { title: string; children: ReactNode }) {
  const { view } = useEditor()
  const name = useId()
  return (
    <aside className="editor-panel" aria-labelledby={name}>
      <div className="dialog-head">
        <h2 id={name}>{title}</h2>
        <button className="btn btn-quiet btn-sm btn-icon" aria-label={`Close ${title}`} onClick={() => view.panel.set(null)}><Icon name="x" /></button>
      </div>
      {children}
    </aside>
  )
}
