/** What is dragged, and the records that move with it. */
import { gettext, ngettext } from '../lib/i18n'
import type { Id, Item } from '../model/records'
import { emotionLabel } from '../model/labels'
import type { DragItem } from '../store/dragState'
import { meanEmotion } from '../store/outline'
import type { Editor } from './command'
import { inJourneyOrder, movableItems } from './moveCommands'
import { columnOf, rowName, describeCell, describePromise, titleOf } from './positionText'

const MAX_DRAGGED = 200 // records per drag; a gesture takes up to 500 ops

/**
 * Return the drag of a record, including the whole selection if the record is part of it; null if it cannot be moved.
 */
export function dragItemFor(editor: Editor, id: Id, end: DragItem['end'], column: number): DragItem | null {
  const item = editor.store.get(id)
  if (!item || !editor.state.mayDraw || !isDraggable(item.type)) return null
  const isSelected = editor.state.selection.get().has(id)
  const others = isSelected ? movableItems(editor).filter((other) => other.type === item.type) : []
  const items =
    others.some((other) => other.id === id) && item.type !== 'lane'
      ? inJourneyOrder(editor, others).slice(0, MAX_DRAGGED)
      : [item]
  if (!isSelected) editor.state.select(id)
  return { kind: item.type, id, ids: items.map((item) => item.id), end, column, origin: describePosition(editor, item) }
}

/** Return the drag of a step's emotion point. */
export function emotionDragItem(editor: Editor, step: Id): DragItem | null {
  if (!editor.state.mayDraw) return null
  const label = emotionLabel(meanEmotion(editor.store, step, editor.outline.get().lanes))
  return { kind: 'feeling', id: step, ids: [step], end: null, column: columnOf(editor, step), origin: label }
}

export function describeDrag(editor: Editor, { kind, id, ids, origin }: DragItem): string {
  if (kind === 'feeling')
    return gettext('Emotion of {step}: {emotion}.', { step: titleOf(editor, id), emotion: origin })
  if (ids.length > 1)
    return ngettext(
      'Picked up {n} item. {place}. Escape cancels.',
      'Picked up {n} items. {place}. Escape cancels.',
      ids.length,
      { place: origin },
    )
  const name = kind === 'lane' ? rowName(editor, id) : titleOf(editor, id)
  return gettext('Picked up {name}. {place}. Escape cancels.', { name, place: origin })
}

function isDraggable(type: string): type is DragItem['kind'] {
  return ['touchpoint', 'note', 'measure', 'step', 'stage', 'lane', 'promise'].includes(type)
}

function describePosition(editor: Editor, { type, id, fields }: Item): string {
  const { stages, lanes, columns } = editor.outline.get()
  if (type === 'touchpoint') return describeCell(editor, String(fields['lane']), columnOf(editor, fields['step']))
  if (type === 'note' || type === 'measure') return describeCell(editor, `${type}s`, columnOf(editor, fields['step']))
  if (type === 'step') return gettext('Step {n} of {count}', { n: columnOf(editor, id) + 1, count: columns.length })
  if (type === 'stage') return gettext('Stage {n} of {count}', { n: stages.indexOf(id) + 1, count: stages.length })
  if (type === 'lane') return gettext('Lane {n} of {count}', { n: lanes.indexOf(id) + 1, count: lanes.length })
  return describePromise(columnOf(editor, fields['made_in']), columnOf(editor, fields['tested_in']))
}
