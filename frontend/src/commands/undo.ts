import type { Command, Editor } from './command'

function takeBack({ session, prompts }: Editor, which: 'undo' | 'redo'): void {
  const label = session.takeBack(which)
  if (label !== null) prompts.announce(which === 'undo' ? `Undone: ${label}` : `Done again: ${label}`)
}

export const undo: Command = {
  id: 'undo',
  name: 'Undo',
  group: 'Undo',
  keys: ['Mod+Z'],
  icon: 'undo-2',
  on: ['map'],
  changes: true,
  canRun: ({ session }) => session.history.undoable.get().length > 0,
  run: (editor) => takeBack(editor, 'undo'),
}

export const redo: Command = {
  id: 'redo',
  name: 'Redo',
  group: 'Undo',
  keys: ['Mod+Shift+Z', 'Mod+Y'],
  icon: 'redo-2',
  on: ['map'],
  changes: true,
  canRun: ({ session }) => session.history.redoable.get().length > 0,
  run: (editor) => takeBack(editor, 'redo'),
}
