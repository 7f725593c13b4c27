/** The state of the context menu: its position and subject. */
import type { Command, Editor } from '../commands/command'
import { isLane } from '../commands/gridNavigation'
import { Signal } from '../lib/signal'
import { cursorUnder } from './pointer/clicks'

export type MenuSubject = NonNullable<Command['on']>[number]

export interface OpenContextMenu {
  readonly x: number
  readonly y: number
  readonly subject: MenuSubject
}

export const contextMenu = new Signal<OpenContextMenu | null>(null)

const SUBJECT_BY_TYPE: Readonly<Record<string, MenuSubject>> = { step: 'step', stage: 'stage', lane: 'lane' }

/** Open the menu for the item at a point. Select the item first, unless it is part of the selection. */
export function openContextMenu(editor: Editor, target: Element, x: number, y: number): void {
  contextMenu.set({ x, y, subject: selectTarget(editor, target) })
}

function selectTarget(editor: Editor, target: Element): MenuSubject {
  const { state, store } = editor
  const head = target.closest<HTMLElement>('[data-lane]')
  const lane = head?.dataset['lane']
  if (head && lane && isLane(editor, lane)) {
    head.focus({ preventScroll: true })
    if (!state.selection.get().has(lane)) state.select(lane)
    return 'lane'
  }
  const at = cursorUnder(target)
  if (!at) return 'map'
  if (at.item && state.selection.get().has(at.item)) state.cursor.set(at)
  else state.placeCursor(at)
  return at.item ? (SUBJECT_BY_TYPE[store.get(at.item)?.type ?? ''] ?? 'card') : 'cell'
}
