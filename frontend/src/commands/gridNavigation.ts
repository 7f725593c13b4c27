/** Keyboard navigation on the map: rows from top to bottom, columns in reading order, records within cells. */
import { type Id, type Item, cellKey, isA } from '../model/records'
import { visibleLanes } from '../store/outline'
import type { Cursor, RowKey } from '../store/editorState'
import type { Editor } from './command'

/** Return the visible rows, in order. */
export function visibleRows({ store, outline, state }: Editor): RowKey[] {
  const { lanes, columns } = outline.get()
  const rows = state.rows.get()
  const shownLanes = visibleLanes(store, lanes, rows, columns)
  const all: RowKey[] = [
    'stages',
    'steps',
    'scenes',
    ...shownLanes,
    'emotions',
    'promises',
    'notes',
    'measures',
    'owners',
  ]
  return all.filter((row) => !rows.hidden.includes(row))
}

export function isLane(editor: Editor, row: RowKey): boolean {
  return editor.store.get(row)?.type === 'lane'
}

/** Return the records of a cell, in order. */
export function itemsInCell({ store, outline }: Editor, row: RowKey, step: Id): readonly Id[] {
  if (row === 'stages')
    return [outline.get().columns.find((column) => column.step === step)?.stage ?? ''].filter(Boolean)
  if (row === 'steps') return [step]
  if (row === 'notes') return store.inCell(cellKey('note', step))
  if (row === 'measures') return store.inCell(cellKey('measure', step))
  if (row === 'promises') return promisesStartingIn(store, outline, step)
  return store.get(row)?.type === 'lane' ? store.inCell(cellKey('touchpoint', step, row)) : []
}

/** Return the promises whose bar begins in a step. */
function promisesStartingIn(store: Editor['store'], order: Editor['outline'], step: Id): Id[] {
  return store.ofType('promise').filter((id) => promiseStart(order, store.get(id)) === step)
}

/** Return the step where a promise's bar begins. It may be tested before it is made. */
function promiseStart(order: Editor['outline'], item: Item | undefined): Id | null {
  if (!isA(item, 'promise')) return null
  const { made_in, tested_in } = item.fields
  return order.get().columns.find(({ step }) => step === made_in || step === tested_in)?.step ?? null
}

/** Return the cursor after an arrow key: first by record within the cell, then by cell. */
export function moveCursor(editor: Editor, cursor: Cursor, dx: number, dy: number): Cursor {
  const items = itemsInCell(editor, cursor.row, cursor.step)
  const at = items.indexOf(cursor.item ?? '')
  if (dy) {
    const inside = items[at + dy]
    if (at >= 0 && inside) return { ...cursor, item: inside }
    const rows = visibleRows(editor)
    const row = rows[rows.indexOf(cursor.row) + dy]
    return row === undefined ? cursor : cursorAt(editor, row, cursor.step, dy < 0 ? -1 : 0)
  }
  const step = neighborStep(editor, cursor, dx)
  return step === null ? cursor : cursorAt(editor, cursor.row, step, Math.max(at, 0))
}

/** Return the first cell of the map, or null on an empty map. */
export function firstCursor(editor: Editor): Cursor | null {
  const { columns } = editor.outline.get()
  const lane = visibleRows(editor).find((row) => isLane(editor, row))
  return columns[0] ? cursorAt(editor, lane ?? 'steps', columns[0].step, 0) : null
}

/** Return the cursor on record `at` of a cell (-1 for the last), or on the cell itself if it is empty. */
export function cursorAt(editor: Editor, row: RowKey, step: Id, at = 0): Cursor {
  const first = row === 'stages' || row === 'owners' ? firstStepOfStage(editor, step) : step
  const items = itemsInCell(editor, row, first)
  return { row, step: first, item: (at < 0 ? items.at(-1) : (items[at] ?? items.at(-1))) ?? null }
}

function firstStepOfStage({ outline, store }: Editor, step: Id): Id {
  const stage = outline.get().columns.find((column) => column.step === step)?.stage
  return (stage && store.inCell(cellKey('step', stage))[0]) ?? step
}

function neighborStep({ outline, store }: Editor, cursor: Cursor, dx: number): Id | null {
  const { columns, stages } = outline.get()
  const at = columns.findIndex((column) => column.step === cursor.step)
  if (cursor.row !== 'stages' && cursor.row !== 'owners') return columns[at + dx]?.step ?? null
  const stage = stages[stages.indexOf(columns[at]?.stage ?? '') + dx]
  return (stage && store.inCell(cellKey('step', stage))[0]) ?? null
}

/** Return the same row, `by` stages away. */
export function moveByStage(editor: Editor, cursor: Cursor, by: number): Cursor {
  const { columns, stages } = editor.outline.get()
  const stage = columns.find((column) => column.step === cursor.step)?.stage
  const next = stages[stages.indexOf(stage ?? '') + by]
  const step = next && editor.store.inCell(cellKey('step', next))[0]
  return step ? cursorAt(editor, cursor.row, step) : cursor
}

/** Return the cursor on a record, or null if it is not on the map. */
export function cursorOnRecord(editor: Editor, id: Id): Cursor | null {
  const item = editor.store.get(id)
  const { columns } = editor.outline.get()
  const { fields = {} } = item ?? {}
  if (item?.type === 'touchpoint') return { row: String(fields['lane']), step: String(fields['step']), item: id }
  if (item?.type === 'step') return { row: 'steps', step: id, item: id }
  if (item?.type === 'stage')
    return { row: 'stages', step: columns.find((column) => column.stage === id)?.step ?? '', item: id }
  if (item?.type === 'note') return { row: 'notes', step: String(fields['step']), item: id }
  if (item?.type === 'measure') return { row: 'measures', step: String(fields['step']), item: id }
  const firstStep = promiseStart(editor.outline, item)
  return firstStep === null ? null : { row: 'promises', step: firstStep, item: id }
}
