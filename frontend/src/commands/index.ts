/** Every command there is, in the order menus show them. */
import type { Command } from './command'
import { comparePair } from './compare'
import { clipboard } from './copy'
import { editText } from './edit'
import { lanes } from './lanes'
import { locks } from './lock'
import { look } from './look'
import { comment, idea, lane, measure, pain, promise, stage, stepAfter, stepBefore, touchpoint } from './make'
import { marks } from './mark'
import { moves } from './move'
import { navigate } from './navigate'
import { remove } from './remove'
import { selectAll, selectNone } from './select'
import { redo, undo } from './undo'

export const MAKING: readonly Command[] = [stepAfter, touchpoint, promise, pain, idea, comment]

export const COMMANDS: readonly Command[] = [
  editText,
  ...MAKING,
  stepBefore,
  stage,
  lane,
  measure,
  ...marks,
  ...clipboard,
  ...moves,
  remove,
  ...lanes,
  ...locks,
  undo,
  redo,
  selectAll,
  selectNone,
  ...look,
  comparePair,
  ...navigate,
]

/** The commands that a person may run now. */
export function runnable(editor: Parameters<Command['canRun']>[0]): readonly Command[] {
  return COMMANDS.filter((command) => (!command.changes || editor.view.mayDraw) && command.canRun(editor))
}
