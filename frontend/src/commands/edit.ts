/** Edit the record at the cursor, or add one of the row's type. Used by Enter and by a second click. */
import { gettext } from '../lib/i18n'
import type { Cursor } from '../store/editorState'
import type { Command, Editor } from './command'
import { startEditing, startNew, stageAtCursor } from './inlineEdit'
import { createMeasure, createPromise } from './createCommands'
import { isLane } from './gridNavigation'

export function editAtCursor(editor: Editor, cursor: Cursor): void {
  if (cursor.item) startEditing(editor, cursor.item)
  else if (cursor.row === 'scenes') editor.ui.visit(editor.urls['storyboard'] as string)
  else if (cursor.row === 'owners') editor.ui.open('person', stageAtCursor(editor, cursor))
  else if (isLane(editor, cursor.row) || cursor.row === 'notes') startNew(editor, cursor)
  else if (editor.state.mayDraw && cursor.row === 'promises') createPromise.run(editor)
  else if (editor.state.mayDraw && cursor.row === 'measures') createMeasure.run(editor)
}

export const editCommand: Command = {
  id: 'edit',
  name: gettext('Edit text'),
  group: 'Edit',
  keys: ['Enter', 'F2'],
  icon: 'pencil',
  on: ['card', 'cell', 'step', 'stage'],
  needsDrawRight: true,
  canRun: ({ state }) => state.cursor.get() !== null && state.carried.get() === null,
  run: (editor) => editAtCursor(editor, editor.state.cursor.get() as Cursor),
}
