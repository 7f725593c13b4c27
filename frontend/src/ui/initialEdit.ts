/** A new journey opens with its first title being edited (chosen by pages/views/journey_list.py). */
import type { Editor } from '../commands/command'
import { startEditing } from '../commands/inlineEdit'
import { cursorOnRecord } from '../commands/gridNavigation'

export function startInitialEdit(editor: Editor): void {
  const { hash, pathname, search } = location
  const first = editor.outline.get().columns[0]
  const id = hash === '#first-stage' ? first?.stage : hash === '#first-step' ? first?.step : undefined
  if (!id) return
  // Only once: remove the hash so that a reload does not edit again.
  history.replaceState(history.state, '', pathname + search)
  const cursor = cursorOnRecord(editor, id)
  if (cursor) editor.state.placeCursor(cursor)
  startEditing(editor, id)
}
