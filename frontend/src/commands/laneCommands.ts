import { gettext } from '../lib/i18n'
import type { Command, Editor } from './command'
import { isLane } from './gridNavigation'

/** Return the lane that lane commands apply to: the selected one, otherwise the one at the cursor. */
export function targetLane(editor: Editor): string | null {
  const selected = [...editor.state.selection.get()].find((id) => isLane(editor, id))
  const row = editor.state.cursor.get()?.row ?? ''
  return selected ?? (isLane(editor, row) ? row : null)
}

function toggleCommand(id: 'hidden' | 'pinned', name: string, icon: string): Command {
  return {
    id: `lane.${id}`,
    name,
    group: 'View',
    icon,
    on: ['lane'],
    canRun: (editor) => targetLane(editor) !== null,
    run: (editor) => editor.state.toggleRow(id, targetLane(editor) ?? ''),
  }
}

export const laneCommands: readonly Command[] = [
  toggleCommand('pinned', gettext('Pin or unpin lane'), 'pin'),
  toggleCommand('hidden', gettext('Hide lane'), 'eye-off'),
]
