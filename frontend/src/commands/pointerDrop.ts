/** Turns a drop into ops. One drop is one gesture. */
import { gettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import { type Id, type Item, cellKey, isA } from '../model/records'
import type { DropPreview, DragItem, DropTarget } from '../store/dragState'
import { isLocked, findBlockingLock, lockName } from '../store/locks'
import { touchpointsOfStep } from '../store/outline'
import { type OpDraft, planPatches } from '../store/planPatches'
import type { Editor } from './command'
import { copyFields, duplicateLabel } from './copyPaste'
import { setEmotion } from './ratingCommands'
import { cursorOnRecord, isLane, itemsInCell, visibleRows } from './gridNavigation'
import { inJourneyOrder, moveLabel } from './moveCommands'
import { columnOf } from './positionText'

type DropPlan = { readonly ops: readonly OpDraft[]; readonly movedIds: readonly Id[] } | { readonly rejection: string }

/** Perform a drop. Return whether anything changed. */
export function dropOnTarget(
  editor: Editor,
  dragged: DragItem,
  target: DropTarget,
  isCopy: boolean,
  announcement: string,
): boolean {
  if (target.kind === 'feeling') return dropEmotion(editor, dragged, target.value)
  const plan = planDrop(editor, dragged, target, isCopy)
  if ('rejection' in plan) {
    editor.ui.toast(plan.rejection)
    return false
  }
  if (!plan.ops.length) return false
  const items = dragged.ids.map((id) => editor.store.get(id)).filter((item) => item !== undefined)
  const label = isCopy ? duplicateLabel(items.length) : moveLabel(items)
  if (editor.session.apply(label, plan.ops) === null) return false
  editor.state.select(...plan.movedIds)
  const cursor = cursorOnRecord(editor, plan.movedIds[0] ?? '')
  if (cursor) editor.state.cursor.set(cursor)
  editor.ui.announce(gettext('Dropped. {position} Press Control+Z to undo.', { position: announcement }))
  return true
}

/** Return the preview, marked as forbidden with the reason if a lock prevents the drop. */
export function checkLocks(editor: Editor, item: DragItem, preview: DropPreview, isCopy: boolean): DropPreview {
  const { journey, store } = editor
  if (![...store.ofType('stage'), ...store.ofType('lane')].some((id) => isLocked(store.get(id)))) return preview
  const drop = planDrop(editor, item, preview.target, isCopy)
  const lock = 'ops' in drop && findBlockingLock(store, planPatches(store, journey, drop.ops))
  if (!lock) return preview
  const name = lockName(store, lock)
  return {
    ...preview,
    isForbidden: true,
    chip: gettext('{name} is locked', { name }),
    announcement: gettext('Not allowed: {name} is locked.', { name }),
  }
}

function dropEmotion(editor: Editor, item: DragItem, value: number): boolean {
  const cards = touchpointsOfStep(editor.store, item.id, editor.outline.get().lanes)
  if (cards.length && cards.every((id) => editor.store.get(id)?.fields['emotion'] === value)) return false
  setEmotion(editor, cards, value)
  return cards.length > 0
}

/** Return the ops of a drop; none if nothing would change. */
export function planDrop(editor: Editor, dragged: DragItem, target: DropTarget, isCopy: boolean): DropPlan {
  const items = dragged.ids.map((id) => editor.store.get(id)).filter((item) => item !== undefined)
  if (!items.length) return { rejection: gettext('Someone else has removed this.') }
  if (target.kind === 'cell' || target.kind === 'new-step')
    return planCards(editor, dragged, inJourneyOrder(editor, items), target, isCopy)
  if (target.kind === 'column')
    return dragged.kind === 'stage' ? planStages(editor, items, target) : planSteps(editor, items, target)
  if (target.kind === 'lane') return planLane(editor, dragged.id, target)
  return target.kind === 'ends' ? planPromiseEnds(editor, items[0], target) : { ops: [], movedIds: [] }
}

/** Cards keep their order and their distances to the grabbed one. They stop at the edges of the map. */
function planCards(
  editor: Editor,
  dragged: DragItem,
  items: readonly Item[],
  target: DropTarget & { kind: 'cell' | 'new-step' },
  isCopy: boolean,
): DropPlan {
  const ops: OpDraft[] = []
  let steps = editor.outline.get().columns.map((column) => column.step)
  const grabbed = editor.store.get(dragged.id)
  const from = columnOf(editor, grabbed?.fields['step'])
  if (target.kind === 'new-step') {
    const stepOp = newStepOp(editor, target.border)
    ops.push(stepOp)
    steps = [...steps.slice(0, target.border), stepOp.id, ...steps.slice(target.border)]
  }
  const at = target.kind === 'new-step' ? target.border : target.column
  const rows = visibleRows(editor).filter((row) => isLane(editor, row))
  const down = rows.indexOf(target.row) - rows.indexOf(String(grabbed?.fields['lane']))
  const movedIds: Id[] = []
  const last = new Map<string, Id>()
  const moves = items.flatMap((item): OpDraft[] => {
    const step = steps[clamp(at + columnOf(editor, item.fields['step']) - from, steps.length)] ?? ''
    const lane = rows[clamp(rows.indexOf(String(item.fields['lane'])) + down, rows.length)] ?? ''
    const place: Record<string, Id> = item.type === 'touchpoint' ? { step, lane } : { step }
    const isTarget = step === steps[at] && (item.type !== 'touchpoint' || lane === target.row)
    const stays =
      !isCopy && step === item.fields['step'] && (item.type !== 'touchpoint' || lane === item.fields['lane'])
    if (stays && !isTarget) return []
    const cell = `${step} ${lane}`
    const after =
      last.get(cell) ??
      (isTarget && target.kind === 'cell'
        ? previousId(editor, target, steps[at] ?? '', isCopy ? [] : dragged.ids)
        : undefined)
    const id = isCopy ? uuid7() : item.id
    last.set(cell, id)
    movedIds.push(id)
    const where = after === undefined ? place : { ...place, after: after }
    return [
      isCopy
        ? { op: 'add', type: item.type, id, fields: copyFields(item), place: where }
        : { op: 'move', type: item.type, id, place: where },
    ]
  })
  if (!isCopy && target.kind === 'cell' && isUnchanged(editor, target, steps[at] ?? '', moves, dragged.ids))
    return { ops: [], movedIds: [] }
  return { ops: [...ops, ...moves], movedIds }
}

function newStepOp(editor: Editor, border: number): OpDraft {
  const { columns } = editor.outline.get()
  const left = columns[border - 1]
  const stage = left?.stage ?? columns[0]?.stage ?? ''
  return {
    op: 'add',
    type: 'step',
    id: uuid7(),
    fields: { title: gettext('New step') },
    place: { stage, after: left?.step ?? null },
  }
}

/** Return the record after which the first dropped one lands; null for the start of the cell. */
function previousId(
  editor: Editor,
  { row, slot }: DropTarget & { kind: 'cell' },
  step: Id,
  draggedIds: readonly Id[],
): Id | null {
  return (
    itemsInCell(editor, row, step)
      .slice(0, slot)
      .filter((id) => !draggedIds.includes(id))
      .at(-1) ?? null
  )
}

/** Return whether the drop would leave the cell as it is. */
function isUnchanged(
  editor: Editor,
  target: DropTarget & { kind: 'cell' },
  step: Id,
  moves: readonly OpDraft[],
  draggedIds: readonly Id[],
): boolean {
  const now = itemsInCell(editor, target.row, step)
  const ids = moves.map((move) => move.id)
  if (!ids.every((id) => now.includes(id))) return false
  return isSameOrder(now, insertIds(now, ids, draggedIds, target.slot))
}

function planSteps(
  editor: Editor,
  items: readonly Item[],
  { column, isAfter }: DropTarget & { kind: 'column' },
): DropPlan {
  const { columns, stages: all } = editor.outline.get()
  const targetColumn = columns[column]
  if (!targetColumn) return { ops: [], movedIds: [] }
  const ids = inJourneyOrder(editor, items).map((item) => item.id)
  const isEmptied = all.some(
    (stage) =>
      stage !== targetColumn.stage && editor.store.inCell(cellKey('step', stage)).every((step) => ids.includes(step)),
  )
  if (isEmptied)
    return {
      rejection: gettext(
        'A stage needs at least one step. Drag the stage header to move the whole stage, or remove the stage.',
      ),
    }
  const now = editor.store.inCell(cellKey('step', targetColumn.stage))
  return planInsertion('step', now, ids, now.indexOf(targetColumn.step) + (isAfter ? 1 : 0), {
    stage: targetColumn.stage,
  })
}

function planStages(
  editor: Editor,
  items: readonly Item[],
  { column, isAfter }: DropTarget & { kind: 'column' },
): DropPlan {
  const { columns, stages: now } = editor.outline.get()
  const ids = now.filter((id) => items.some((item) => item.id === id))
  return planInsertion('stage', now, ids, now.indexOf(columns[column]?.stage ?? '') + (isAfter ? 1 : 0), {})
}

function planLane(editor: Editor, lane: Id, target: DropTarget & { kind: 'lane' }): DropPlan {
  const now = editor.outline.get().lanes
  return planInsertion('lane', now, [lane], now.indexOf(target.lane) + (target.isAfter ? 1 : 0), {})
}

/** Move siblings to an index of their current list, one after another. */
function planInsertion(
  type: string,
  now: readonly Id[],
  ids: readonly Id[],
  at: number,
  place: Readonly<Record<string, Id>>,
): DropPlan {
  if (isSameOrder(now, insertIds(now, ids, ids, at))) return { ops: [], movedIds: [] }
  const first =
    now
      .slice(0, at)
      .filter((id) => !ids.includes(id))
      .at(-1) ?? null
  const ops = ids.map((id, nth): OpDraft => ({
    op: 'move',
    type,
    id,
    place: { ...place, after: nth ? (ids[nth - 1] ?? null) : first },
  }))
  return { ops, movedIds: ids }
}

function planPromiseEnds(
  editor: Editor,
  item: Item | undefined,
  { made, tested }: DropTarget & { kind: 'ends' },
): DropPlan {
  const { columns } = editor.outline.get()
  const fields = { made_in: columns[made]?.step, tested_in: columns[tested]?.step }
  if (!isA(item, 'promise') || (item.fields.made_in === fields.made_in && item.fields.tested_in === fields.tested_in))
    return { ops: [], movedIds: [] }
  return { ops: [{ op: 'set', type: 'promise', id: item.id, fields }], movedIds: [item.id] }
}

function insertIds(now: readonly Id[], ids: readonly Id[], draggedIds: readonly Id[], at: number): Id[] {
  const rest = (part: readonly Id[]) => part.filter((id) => !draggedIds.includes(id))
  return [...rest(now.slice(0, at)), ...ids, ...rest(now.slice(at))]
}

function isSameOrder(a: readonly Id[], b: readonly Id[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at])
}

function clamp(at: number, length: number): number {
  return Math.max(0, Math.min(length - 1, at))
}
