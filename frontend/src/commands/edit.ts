/** Enter, and what a second click does: edit what is there, or begin what the row is of. */
import type { Cursor } from '../store/view'
import type { Command, Editor } from './command'
import { begin, beginNew, stageOf } from './edit_text'
import { measure, promise } from './make'
import { isLane } from './walk'

export function edit(editor: Editor, at: Cursor): void {
  if (at.item) begin(editor, at.item)
  else if (at.row === 'answers') editor.prompts.open('person', stageOf(editor, at))
  else if (isLane(editor, at.row) || at.row === 'notes') beginNew(editor, at)
  else if (editor.view.mayDraw && at.row === 'promises') promise.run(editor)
  else if (editor.view.mayDraw && at.row === 'measures') measure.run(editor)
}

export const editText: Command = {
  id: 'edit',
  name: 'Edit the text',
  group: 'Change',
  keys: ['Enter', 'F2'],
  icon: 'pencil',
  on: ['card', 'cell', 'step', 'stage'],
  changes: true,
  canRun: ({ view }) => view.cursor.get() !== null && view.carrying.get() === null,
  run: (editor) => edit(editor, editor.view.cursor.get() as Cursor),
}
