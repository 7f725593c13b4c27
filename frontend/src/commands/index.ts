/** All commands, in the order in which menus show them. */
import type { Command } from './command'
import { comparePair } from './compare'
import { clipboardCommands } from './copyPaste'
import { editCommand } from './edit'
import { laneCommands } from './laneCommands'
import { lockCommands } from './lockCommands'
import { viewCommands } from './viewCommands'
import {
  createComment,
  createIdea,
  createLane,
  createMeasure,
  createPain,
  createPromise,
  createStage,
  createStepAfter,
  createStepBefore,
  createTouchpoint,
} from './createCommands'
import { ratingCommands } from './ratingCommands'
import { moveCommands } from './moveCommands'
import { navigationCommands } from './navigationCommands'
import { removeCommand } from './remove'
import { selectAll, selectNone } from './select'
import { redoCommand, undoCommand } from './undo'

export const CREATE_COMMANDS: readonly Command[] = [
  createStepAfter,
  createTouchpoint,
  createPromise,
  createPain,
  createIdea,
  createComment,
]

export const COMMANDS: readonly Command[] = [
  editCommand,
  ...CREATE_COMMANDS,
  createStepBefore,
  createStage,
  createLane,
  createMeasure,
  ...ratingCommands,
  ...clipboardCommands,
  ...moveCommands,
  removeCommand,
  ...laneCommands,
  ...lockCommands,
  undoCommand,
  redoCommand,
  selectAll,
  selectNone,
  ...viewCommands,
  comparePair,
  ...navigationCommands,
]

/** Return the commands that the user can run now. */
export function runnableCommands(editor: Parameters<Command['canRun']>[0]): readonly Command[] {
  return COMMANDS.filter((command) => (!command.needsDrawRight || editor.state.mayDraw) && command.canRun(editor))
}
