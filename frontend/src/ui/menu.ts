/** The context menu: where it is open, and for what. */
import type { Command, Editor } from '../commands/command'
import { isLane } from '../commands/walk'
import { Signal } from '../lib/signal'
import { pointedAt } from './pointer'

export type About = NonNullable<Command['on']>[number]

export interface OpenMenu {
  readonly x: number
  readonly y: number
  readonly about: About
}

export const menu = new Signal<OpenMenu | null>(null)

const KINDS: Readonly<Record<string, About>> = { step: 'step', stage: 'stage', lane: 'lane' }

/** Open the menu for what is under a point; it is selected first if it is not part of the selection. */
export function openMenu(editor: Editor, target: Element, x: number, y: number): void {
  menu.set({ x, y, about: choose(editor, target) })
}

function choose(editor: Editor, target: Element): About {
  const { view, store } = editor
  const head = target.closest<HTMLElement>('[data-lane]')
  const lane = head?.dataset['lane']
  if (head && lane && isLane(editor, lane)) {
    head.focus({ preventScroll: true })
    if (!view.selection.get().has(lane)) view.select(lane)
    return 'lane'
  }
  const at = pointedAt(target)
  if (!at) return 'map'
  if (at.item && view.selection.get().has(at.item)) view.cursor.set(at)
  else view.go(at)
  return at.item ? (KINDS[store.get(at.item)?.type ?? ''] ?? 'card') : 'cell'
}
