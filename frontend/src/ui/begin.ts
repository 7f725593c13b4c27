/** A new journey opens with its first name under the hand (pages/views/journey_list.py says which). */
import type { Editor } from '../commands/command'
import { begin } from '../commands/edit_text'
import { cursorOf } from '../commands/walk'

export function beginFirst(editor: Editor): void {
  const { hash, pathname, search } = location
  const first = editor.order.get().columns[0]
  const id = hash === '#first-stage' ? first?.stage : hash === '#first-step' ? first?.step : undefined
  if (!id) return
  // Once: who loads the page again has begun.
  history.replaceState(history.state, '', pathname + search)
  const at = cursorOf(editor, id)
  if (at) editor.view.go(at)
  begin(editor, id)
}
