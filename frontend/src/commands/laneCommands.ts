import type { Command, Editor } from './command'
import { isLane } from './gridNavigation'

/** The lane that a lane command speaks of: the selected one, else the one at the cursor. */
export function targetLane(editor: Editor): string | null {
  const selected = [...editor.state.selection.get()].find((id) => isLane(editor, id))
  const row = editor.state.cursor.get()?.row ?? ''
  return selected ?? (isLane(editor, row) ? row : null)
}

function toggleCommand(id: 'hidden' | 'pinned', name: string, icon: string): Command {
  return {
    id: `lane.${id}`,
    name,
    group: 'Look',
    icon,
    on: ['lane'],
    canRun: (editor) => targetLane(editor) !== null,
    run: (editor) => editor.state.toggleRow(id, targetLane(editor) ?? ''),
  }
}

export const laneCommands: readonly Command[] = [
  toggleCommand('pinned', 'Pin to the top, or unpin', 'pin'),
  toggleCommand('hidden', 'Hide this lane', 'eye-off'),
]
