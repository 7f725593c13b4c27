/** Moving what is selected: by one cell, to a chosen cell, picked up and carried. */
import { along } from '../lib/direction'
import { type Id, type Item, cellKey } from '../model/records'
import type { Intent } from '../store/plan'
import type { Cursor } from '../store/view'
import type { Command, Editor } from './command'
import { cursorOf, isLane, itemsIn, rowsOf, stepped } from './walk'
import { columnOf, spot } from './where'

/** The selected records that one gesture can move together: all of the type of the first. */
export function movable(editor: Editor): Item[] {
  const items = [...editor.view.selection.get()].map((id) => editor.store.get(id)).filter((item) => item !== undefined)
  const type = items[0]?.type
  return items.filter((item) => item.type === type && type !== undefined && type in CELLS)
}

const CELLS: Readonly<Record<string, true>> = { touchpoint: true, note: true, measure: true, step: true, stage: true, lane: true }

/** Records in the order in which the customer meets them, so that they keep it. */
export function inOrder({ store, order }: Editor, items: readonly Item[]): Item[] {
  const { columns, lanes } = order.get()
  const column = new Map(columns.map((one) => [one.step, one.number]))
  const rank = ({ id, fields }: Item): [number, number, number] => {
    const [step, lane] = [String(fields['step'] ?? id), String(fields['lane'] ?? '')]
    return [column.get(step) ?? 0, lanes.indexOf(lane), store.inCell(cellKey('touchpoint', step, lane)).indexOf(id)]
  }
  return [...items].sort((one, two) => {
    const [a, b] = [rank(one), rank(two)]
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
  })
}

/** Put records into a cell, one after the other, after a record there (null: first; undefined: last); say whether that was done. */
export function moveTo(editor: Editor, items: readonly Item[], place: Readonly<Record<string, Id>>, after?: Id | null): boolean {
  const ordered = inOrder(editor, items)
  const intents: Intent[] = ordered.map(({ type, id }, at) => {
    const behind = at ? ordered[at - 1]?.id : after
    return { op: 'move', type, id, place: behind === undefined ? place : { ...place, after: behind } }
  })
  return editor.session.do(moved(ordered), intents) !== null
}

/** Move cards by columns and lanes, keeping their distances; what would fall off stays at the edge. */
export function moveBy(editor: Editor, items: readonly Item[], columnsBy: number, lanesBy: number): void {
  const { columns } = editor.order.get()
  const lanes = rowsOf(editor).filter((row) => isLane(editor, row))
  const intents = inOrder(editor, items).flatMap((item): Intent[] => {
    const at = columns.findIndex((column) => column.step === item.fields['step'])
    const step = columns[at + columnsBy]?.step ?? String(item.fields['step'])
    const isSame = step === item.fields['step']
    if (item.type !== 'touchpoint') return isSame ? [] : [{ op: 'move', type: item.type, id: item.id, place: { step } }]
    const lane = lanes[lanes.indexOf(String(item.fields['lane'])) + lanesBy] ?? String(item.fields['lane'])
    return isSame && lane === item.fields['lane'] ? [] : [{ op: 'move', type: 'touchpoint', id: item.id, place: { step, lane } }]
  })
  if (!intents.length) return // at the edge of the map
  if (editor.session.do(moved(items), intents) !== null) follow(editor, items)
}

export function moved(items: readonly Item[]): string {
  const [first] = items
  if (items.length === 1 && first?.type === 'lane') return 'Moved a lane'
  return items.length === 1 ? `Moved “${String(first?.fields['title'] ?? '')}”` : `Moved ${items.length} things`
}

/** Keep the cursor on what was moved. */
function follow(editor: Editor, items: readonly Item[]): void {
  const cursor = items[0] && cursorOf(editor, items[0].id)
  if (!cursor) return
  editor.view.cursor.set(cursor)
  if (cursor.row !== 'steps' && cursor.row !== 'stages') editor.prompts.announce(`${spot(editor, cursor.row, columnOf(editor, cursor.step))}.`)
}

/** Move a step or a stage by one place among its siblings; a step goes on into the next stage. */
function shift(editor: Editor, item: Item, by: number): void {
  const { stages } = editor.order.get()
  const siblings = item.type === 'stage' ? stages : editor.store.inCell(cellKey('step', String(item.fields['stage'])))
  const at = siblings.indexOf(item.id)
  const target = at + by
  if (target >= 0 && target < siblings.length) {
    const after = siblings[by > 0 ? target : target - 1] ?? null
    const place = item.type === 'stage' ? { after } : { stage: String(item.fields['stage']), after }
    editor.session.do(moved([item]), [{ op: 'move', type: item.type, id: item.id, place }])
  } else if (item.type === 'step') {
    const stage = stages[stages.indexOf(String(item.fields['stage'])) + by]
    const last = stage && editor.store.inCell(cellKey('step', stage)).at(-1)
    const isOnly = siblings.length === 1
    if (isOnly) editor.prompts.announce('A stage keeps at least one step.', true)
    else if (stage) editor.session.do(moved([item]), [{ op: 'move', type: 'step', id: item.id, place: { stage, after: by > 0 ? null : (last ?? null) } }])
  }
  follow(editor, [item])
}

/** Move a lane up or down. */
export function shiftLane(editor: Editor, lane: Id, by: number): void {
  const { lanes } = editor.order.get()
  const target = lanes.indexOf(lane) + by
  if (target < 0 || target >= lanes.length) return
  const after = lanes[by > 0 ? target : target - 1] ?? null
  editor.session.do('Moved a lane', [{ op: 'move', type: 'lane', id: lane, place: { after } }])
}

function byOne(id: string, name: string, key: string, dx: number, dy: number): Command {
  return {
    id: `move.${id}`,
    name: `Move ${name}`,
    group: 'Move',
    keys: [`Alt+${key}`],
    icon: `arrow-${id}`,
    on: ['card', 'step', 'stage', 'lane'],
    changes: true,
    canRun(editor) {
      const type = movable(editor)[0]?.type
      // Lanes go up and down, steps and stages sideways, what belongs to a step too.
      return type === 'lane' ? dy !== 0 : type === 'touchpoint' || (type !== undefined && dx !== 0)
    },
    run(editor) {
      const items = movable(editor)
      const [first] = items
      if (first?.type === 'lane') shiftLane(editor, first.id, dy)
      else if (first?.type === 'step' || first?.type === 'stage') shift(editor, first, along(dx))
      else if (first) moveBy(editor, items, along(dx), dy)
    },
  }
}

/** Where carried records would land from a cell. */
export function placeAt(editor: Editor, at: Cursor, type: string): Record<string, Id> | null {
  if (type === 'touchpoint') return isLane(editor, at.row) ? { step: at.step, lane: at.row } : null
  if (type === 'note' || type === 'measure') return { step: at.step }
  return null
}

/** Put down what is carried at the cursor. */
export function drop(editor: Editor): void {
  const carrying = editor.view.carrying.get()
  const at = editor.view.cursor.get()
  editor.view.carrying.set(null)
  if (!carrying || !at) return
  const items = carrying.ids.map((id) => editor.store.get(id)).filter((item) => item !== undefined)
  const place = placeAt(editor, at, items[0]?.type ?? '')
  if (!place || !items.length) return editor.prompts.announce('This cannot be put there. It stays where it was.', true)
  if (!moveTo(editor, items, place, at.item && !carrying.ids.includes(at.item) ? at.item : undefined)) return editor.view.go(carrying.from)
  editor.view.select(...carrying.ids)
  editor.view.cursor.set({ ...at, item: carrying.ids[0] ?? null })
  editor.prompts.announce(`Dropped in ${spot(editor, at.row, columnOf(editor, at.step))}. Undo with Control Z.`)
}

export function putBack(editor: Editor): void {
  const { view, prompts } = editor
  const from = view.carrying.get()?.from
  view.carrying.set(null)
  if (!from) return
  view.go(from)
  prompts.announce(`Put back in ${spot(editor, from.row, columnOf(editor, from.step))}.`)
}

/** Carry one cell further; what is carried lands there when it is dropped. */
export function carry(editor: Editor, dx: number, dy: number): void {
  const { view, prompts } = editor
  const cursor = view.cursor.get()
  if (!cursor) return
  const next = stepped(editor, { ...cursor, item: null }, along(dx), dy)
  view.cursor.set(next)
  const cards = itemsIn(editor, next.row, next.step)
  const at = next.item ? cards.indexOf(next.item) + 1 : cards.length
  prompts.announce(`${spot(editor, next.row, columnOf(editor, next.step))}. Position ${at + 1} of ${cards.length + 1}.`)
}

const pickUp: Command = {
  id: 'move.carry',
  name: 'Pick up, and choose where',
  group: 'Move',
  keys: ['Space'],
  icon: 'hand',
  on: ['card'],
  changes: true,
  canRun: (editor) => editor.view.carrying.get() !== null || movable(editor).some((item) => item.type in { touchpoint: 1, note: 1, measure: 1 }),
  run(editor) {
    if (editor.view.carrying.get()) return drop(editor)
    const items = inOrder(editor, movable(editor))
    const from = editor.view.cursor.get()
    if (!from || !items.length) return
    editor.view.carrying.set({ ids: items.map((item) => item.id), from })
    const what = items.length === 1 ? String(items[0]?.fields['title']) : `${items.length} cards`
    editor.prompts.announce(`Picked up ${what}. ${spot(editor, from.row, columnOf(editor, from.step))}. Arrow keys move, Space drops, Escape cancels.`)
  },
}

const moveDialog: Command = {
  id: 'move.to',
  name: 'Move to…',
  group: 'Move',
  keys: ['Mod+Shift+M'],
  icon: 'move',
  on: ['card', 'step'],
  changes: true,
  canRun: (editor) => movable(editor).some((item) => item.type !== 'lane' && item.type !== 'stage'),
  run: ({ prompts }) => prompts.open('move-to'),
}

export const moves: readonly Command[] = [
  byOne('left', 'left', 'ArrowLeft', -1, 0),
  byOne('right', 'right', 'ArrowRight', 1, 0),
  byOne('up', 'up', 'ArrowUp', 0, -1),
  byOne('down', 'down', 'ArrowDown', 0, 1),
  pickUp,
  moveDialog,
]
