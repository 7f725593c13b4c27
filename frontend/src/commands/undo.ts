import { gettext } from '../lib/i18n'
import type { Command, Editor } from './command'

function undoOrRedo({ session, ui }: Editor, which: 'undo' | 'redo'): void {
  const label = session.undoOrRedo(which)
  if (label !== null)
    ui.announce(which === 'undo' ? gettext('Undone: {label}', { label }) : gettext('Redone: {label}', { label }))
}

export const undoCommand: Command = {
  id: 'undo',
  name: gettext('Undo'),
  group: 'Undo',
  keys: ['Mod+Z'],
  icon: 'undo-2',
  on: ['map'],
  needsDrawRight: true,
  canRun: ({ session }) => session.history.undoable.get().length > 0,
  run: (editor) => undoOrRedo(editor, 'undo'),
}

export const redoCommand: Command = {
  id: 'redo',
  name: gettext('Redo'),
  group: 'Undo',
  keys: ['Mod+Shift+Z', 'Mod+Y'],
  icon: 'redo-2',
  on: ['map'],
  needsDrawRight: true,
  canRun: ({ session }) => session.history.redoable.get().length > 0,
  run: (editor) => undoOrRedo(editor, 'redo'),
}
