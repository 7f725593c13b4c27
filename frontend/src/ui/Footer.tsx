import { COMMANDS } from '../commands/index'
import type { Command } from '../commands/command'
import { gettext } from '../lib/i18n'
import { Overview } from '../map/Overview'
import { useEditor, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'

const commandById = (id: string) => COMMANDS.find((command) => command.id === id) as Command

/** Undo and redo, zoom, the overview strip, and the most important keys. */
export function Footer() {
  const editor = useEditor()
  const zoom = useSignal(editor.state.zoom)
  const [undoable, redoable] = [useSignal(editor.session.history.undoable), useSignal(editor.session.history.redoable)]
  return (
    <footer className="editor-foot">
      <CommandButton command="undo" disabled={!undoable.length} />
      <CommandButton command="redo" disabled={!redoable.length} />
      <span className="row zoom">
        <CommandButton command="zoom.out" />
        <button
          className="btn btn-quiet btn-sm num"
          aria-label={gettext('Zoom {percent}%, reset to 100%', { percent: Math.round(zoom * 100) })}
          onClick={() => editor.state.zoom.set(1)}
        >
          <span>
            <span>{Math.round(zoom * 100)}</span>%
          </span>
        </button>
        <CommandButton command="zoom.in" />
      </span>
      <Overview />
      <p className="hint editor-keys" id="map-help">
        <kbd>↑↓←→</kbd> {gettext('move')} <kbd>↵</kbd> {gettext('edit')}{' '}
        <button className="link" onClick={() => editor.ui.open('help')}>
          <kbd>?</kbd> {gettext('all shortcuts')}
        </button>
      </p>
    </footer>
  )
}

function CommandButton({ command: id, disabled = false }: { command: string; disabled?: boolean }) {
  const editor = useEditor()
  const command = commandById(id)
  return (
    <button
      className="btn btn-quiet btn-sm btn-icon"
      disabled={disabled}
      aria-label={command.name}
      title={command.name}
      onClick={() => command.run(editor)}
    >
      <Icon name={command.icon ?? 'circle'} />
    </button>
  )
}
