import { useState } from 'react'
import { CREATE_COMMANDS } from '../commands/index'
import { gettext } from '../lib/i18n'
import { keyName, keyLabels } from '../lib/keys'
import { useEditor, useRecord, useSignal } from '../map/hooks'
import { Avatar, Icon } from '../map/icons'
import { NO_FILTER } from '../store/editorState'

/** The toolbar: buttons to add records with their keys, the persona, and rows, filter and search. */
export function Toolbar() {
  const editor = useEditor()
  const journey = useRecord(editor.journey)
  const persona = useRecord(journey?.fields['persona'] as string | null)
  const mode = useSignal(editor.state.mode)
  const [isOpen, setOpen] = useState(false)
  const isFiltered = useSignal(editor.state.filter) !== NO_FILTER
  return (
    <div className="editor-tools" role="toolbar" aria-label={gettext('Add and find')}>
      {mode === 'draw' && (
        <>
          {/* On a phone this button opens a sheet of large buttons; elsewhere it is hidden. */}
          <button className="btn btn-pri tools-open" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Icon name={isOpen ? 'x' : 'plus'} />
            <span>{isOpen ? gettext('Close') : gettext('Add')}</span>
          </button>
          <div
            className={isOpen ? 'tools-create is-open' : 'tools-create'}
            role="group"
            aria-label={gettext('Add')}
            onClick={() => setOpen(false)}
            onKeyDown={(event) => keyName(event) === 'Escape' && setOpen(false)}
          >
            {CREATE_COMMANDS.map((command) => (
              <button key={command.id} className="btn btn-quiet btn-sm" onClick={() => command.run(editor)}>
                <Icon name={command.icon ?? 'plus'} />
                <span>{command.name}</span>
                {command.keys?.[0] && <kbd aria-hidden="true">{keyLabels(command.keys[0]).join(' ')}</kbd>}
              </button>
            ))}
          </div>
        </>
      )}
      {mode !== 'draw' && (
        <span className="hint">
          {gettext('You can read and comment here. To edit, ask an admin for the editor role.')}
        </span>
      )}
      <span className="push row">
        {persona && (
          <span className="person">
            <Avatar name={String(persona.fields['name'])} size="sm" />
            <span dir="auto">
              <span>{String(persona.fields['name'])}</span>
              <span>{persona.fields['age'] ? `, ${String(persona.fields['age'])}` : ''}</span>
            </span>
          </span>
        )}
        <button className="btn btn-sm" onClick={() => editor.ui.open('lanes')}>
          <Icon name="eye" />
          {gettext('Rows')}
        </button>
        <button className="btn btn-sm" aria-pressed={isFiltered} onClick={() => editor.ui.open('filter')}>
          <Icon name="list-filter" />
          {gettext('Filter')}
        </button>
        <button className="btn btn-sm editor-find" onClick={() => editor.ui.open('palette')}>
          <Icon name="search" />
          <span>{gettext('Search or run a command')}</span>
          <kbd aria-hidden="true">{keyLabels('Mod+K').join(' ')}</kbd>
        </button>
      </span>
    </div>
  )
}
