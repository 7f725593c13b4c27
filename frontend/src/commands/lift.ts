/** What a hand takes hold of, and what goes along with it. */
import type { Id, Item } from '../model/records'
import { feelingWord } from '../model/words'
import type { Lift } from '../store/lift'
import { feelingOf } from '../store/outline'
import type { Editor } from './command'
import { inOrder, movable } from './move'
import { columnOf, rowName, spot, titleOf } from './where'

const MOST = 200 // records of one lift; a gesture takes 500 ops

/** Lift a record; the whole selection goes along if it is part of it. Null if it cannot be moved. */
export function liftOf(editor: Editor, id: Id, end: Lift['end'], column: number): Lift | null {
  const item = editor.store.get(id)
  if (!item || !editor.view.mayDraw || !isLiftable(item.type)) return null
  const isAlong = editor.view.selection.get().has(id)
  const others = isAlong ? movable(editor).filter((other) => other.type === item.type) : []
  const items = others.some((other) => other.id === id) && item.type !== 'lane' ? inOrder(editor, others).slice(0, MOST) : [item]
  if (!isAlong) editor.view.select(id)
  return { kind: item.type, id, ids: items.map((one) => one.id), end, column, from: placeOf(editor, item) }
}

/** Take hold of the feeling of a step. */
export function liftFeeling(editor: Editor, step: Id): Lift | null {
  if (!editor.view.mayDraw) return null
  const word = feelingWord(feelingOf(editor.store, step, editor.order.get().lanes))
  return { kind: 'feeling', id: step, ids: [step], end: null, column: columnOf(editor, step), from: word }
}

export function liftSays(editor: Editor, { kind, id, ids, from }: Lift): string {
  if (kind === 'feeling') return `Feeling of ${titleOf(editor, id)}: ${from}.`
  const what = ids.length > 1 ? `${ids.length} things` : kind === 'lane' ? rowName(editor, id) : titleOf(editor, id)
  return `Picked up ${what}. ${from}. Escape cancels.`
}

function isLiftable(type: string): type is Lift['kind'] {
  return ['touchpoint', 'note', 'measure', 'step', 'stage', 'lane', 'promise'].includes(type)
}

function placeOf(editor: Editor, { type, id, fields }: Item): string {
  const { stages, lanes, columns } = editor.order.get()
  if (type === 'touchpoint') return spot(editor, String(fields['lane']), columnOf(editor, fields['step']))
  if (type === 'note' || type === 'measure') return spot(editor, `${type}s`, columnOf(editor, fields['step']))
  if (type === 'step') return `Step ${columnOf(editor, id) + 1} of ${columns.length}`
  if (type === 'stage') return `Stage ${stages.indexOf(id) + 1} of ${stages.length}`
  if (type === 'lane') return `Lane ${lanes.indexOf(id) + 1} of ${lanes.length}`
  return `From step ${columnOf(editor, fields['made_in']) + 1} to step ${columnOf(editor, fields['tested_in']) + 1}`
}
