import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { useEditor } from '../map/hooks'
import { Icon } from '../map/icons'
import { focusCursor } from './focus'

/** A panel beside the map. */
export function Panel({ title, children }: { title: string; children: ReactNode }) {
  const editor = useEditor()
  // Esc returns to the map without closing the panel, so that no typed text is lost. Pressed again there, it closes the
  // panel.
  const onKeyDown = (event: KeyboardEvent) => {
    if (keyName(event) !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    focusCursor(editor)
  }
  const name = useId()
  return (
    <aside className="editor-panel" aria-labelledby={name} onKeyDown={onKeyDown}>
      <div className="dialog-head">
        <h2 id={name}>{title}</h2>
        <button
          className="btn btn-quiet btn-sm btn-icon"
          aria-label={gettext('Close {panel}', { panel: title })}
          onClick={() => editor.state.panel.set(null)}
        >
          <Icon name="x" />
        </button>
      </div>
      {children}
    </aside>
  )
}
