/** Every command there is, in the order menus show them. */
import type { Command } from './command'
import { remove } from './remove'
import { redo, undo } from './undo'

export const COMMANDS: readonly Command[] = [undo, redo, remove]
