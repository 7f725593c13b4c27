import type { Command, Editor } from './command'
import { isLane } from './walk'

/** The lane that a lane command speaks of: the selected one, else the one at the cursor. */
export function laneAt(editor: Editor): string | null {
  const chosen = [...editor.view.selection.get()].find((id) => isLane(editor, id))
  const row = editor.view.cursor.get()?.row ?? ''
  return chosen ?? (isLane(editor, row) ? row : null)
}

function toggle(id: 'hidden' | 'pinned', name: string, icon: string): Command {
  return {
    id: `lane.${id}`,
    name,
    group: 'Look',
    icon,
    on: ['lane'],
    canRun: (editor) => laneAt(editor) !== null,
    run: (editor) => editor.view.toggleRow(id, laneAt(editor) ?? ''),
  }
}

export const lanes: readonly Command[] = [toggle('pinned', 'Pin to the top, or unpin', 'pin'), toggle('hidden', 'Hide this lane', 'eye-off')]
