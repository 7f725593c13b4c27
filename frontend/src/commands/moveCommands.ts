/** Commands that move the selection: by one cell, to a chosen cell, or by picking it up. */
import { gettext, ngettext } from '../lib/i18n'
import { flipForRtl } from '../lib/direction'
import { CELL_FIELDS, type Id, type Item, cellKey } from '../model/records'
import type { OpDraft } from '../store/planPatches'
import type { Cursor } from '../store/editorState'
import type { Command, Editor } from './command'
import { cursorOnRecord, isLane, itemsInCell, visibleRows, moveCursor } from './gridNavigation'
import { columnOf, describeCell } from './positionText'

/** Return the selected records that one gesture can move: those of the first one's type. */
export function movableItems(editor: Editor): Item[] {
  const items = [...editor.state.selection.get()].map((id) => editor.store.get(id)).filter((item) => item !== undefined)
  const type = items[0]?.type
  return items.filter((item) => item.type === type && type !== undefined && type in CELL_FIELDS)
}

/** Sort records in the order in which the customer meets them, so that moving keeps it. */
export function inJourneyOrder({ store, outline }: Editor, items: readonly Item[]): Item[] {
  const { columns, lanes } = outline.get()
  const column = new Map(columns.map((column) => [column.step, column.number]))
  const rank = ({ id, fields }: Item): [number, number, number] => {
    const [step, lane] = [String(fields['step'] ?? id), String(fields['lane'] ?? '')]
    return [column.get(step) ?? 0, lanes.indexOf(lane), store.inCell(cellKey('touchpoint', step, lane)).indexOf(id)]
  }
  return [...items].sort((first, second) => {
    const [a, b] = [rank(first), rank(second)]
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
  })
}

/**
 * Move records into a cell, one after another, after the given record (null: first; undefined: last).
 *
 * Return whether they were moved.
 */
export function moveToCell(
  editor: Editor,
  items: readonly Item[],
  place: Readonly<Record<string, Id>>,
  after?: Id | null,
): boolean {
  const ordered = inJourneyOrder(editor, items)
  const ops: OpDraft[] = ordered.map(({ type, id }, at) => {
    const previous = at ? ordered[at - 1]?.id : after
    return { op: 'move', type, id, place: previous === undefined ? place : { ...place, after: previous } }
  })
  return editor.session.apply(moveLabel(ordered), ops) !== null
}

/**
 * Move cards by columns and lanes, keeping their relative positions. Cards that would leave the map stay at the edge.
 */
export function moveBy(editor: Editor, items: readonly Item[], columnsBy: number, lanesBy: number): void {
  const { columns } = editor.outline.get()
  const lanes = visibleRows(editor).filter((row) => isLane(editor, row))
  const ops = inJourneyOrder(editor, items).flatMap((item): OpDraft[] => {
    const at = columns.findIndex((column) => column.step === item.fields['step'])
    const step = columns[at + columnsBy]?.step ?? String(item.fields['step'])
    const isSame = step === item.fields['step']
    if (item.type !== 'touchpoint') return isSame ? [] : [{ op: 'move', type: item.type, id: item.id, place: { step } }]
    const lane = lanes[lanes.indexOf(String(item.fields['lane'])) + lanesBy] ?? String(item.fields['lane'])
    return isSame && lane === item.fields['lane']
      ? []
      : [{ op: 'move', type: 'touchpoint', id: item.id, place: { step, lane } }]
  })
  if (!ops.length) return // at the edge of the map
  if (editor.session.apply(moveLabel(items), ops) !== null) moveCursorTo(editor, items)
}

export function moveLabel(items: readonly Item[]): string {
  const [first] = items
  if (items.length !== 1) return ngettext('Moved {n} item', 'Moved {n} items', items.length)
  if (first?.type === 'lane') return gettext('Moved a lane')
  return gettext('Moved “{title}”', { title: String(first?.fields['title'] ?? '') })
}

/** Move the cursor to the moved record. */
function moveCursorTo(editor: Editor, items: readonly Item[]): void {
  const cursor = items[0] && cursorOnRecord(editor, items[0].id)
  if (!cursor) return
  editor.state.cursor.set(cursor)
  if (cursor.row !== 'steps' && cursor.row !== 'stages')
    editor.ui.announce(`${describeCell(editor, cursor.row, columnOf(editor, cursor.step))}.`)
}

/** Move a step or stage by one place among its siblings. A step at the end moves into the next stage. */
function shiftByOne(editor: Editor, item: Item, by: number): void {
  const { stages } = editor.outline.get()
  const siblings = item.type === 'stage' ? stages : editor.store.inCell(cellKey('step', String(item.fields['stage'])))
  const at = siblings.indexOf(item.id)
  const target = at + by
  if (target >= 0 && target < siblings.length) {
    const after = siblings[by > 0 ? target : target - 1] ?? null
    const place = item.type === 'stage' ? { after } : { stage: String(item.fields['stage']), after }
    editor.session.apply(moveLabel([item]), [{ op: 'move', type: item.type, id: item.id, place }])
  } else if (item.type === 'step') {
    const stage = stages[stages.indexOf(String(item.fields['stage'])) + by]
    const last = stage && editor.store.inCell(cellKey('step', stage)).at(-1)
    const isOnly = siblings.length === 1
    if (isOnly) editor.ui.announce(gettext('A stage needs at least one step. Add one first.'), true)
    else if (stage)
      editor.session.apply(moveLabel([item]), [
        { op: 'move', type: 'step', id: item.id, place: { stage, after: by > 0 ? null : (last ?? null) } },
      ])
  }
  moveCursorTo(editor, [item])
}

/** Move a lane up or down. */
export function shiftLane(editor: Editor, lane: Id, by: number): void {
  const { lanes } = editor.outline.get()
  const target = lanes.indexOf(lane) + by
  if (target < 0 || target >= lanes.length) return
  const after = lanes[by > 0 ? target : target - 1] ?? null
  editor.session.apply(gettext('Moved a lane'), [{ op: 'move', type: 'lane', id: lane, place: { after } }])
}

function moveCommand(id: string, name: string, key: string, dx: number, dy: number): Command {
  return {
    id: `move.${id}`,
    name,
    group: 'Move',
    keys: [`Alt+${key}`],
    icon: `arrow-${id}`,
    on: ['card', 'step', 'stage', 'lane'],
    needsDrawRight: true,
    canRun(editor) {
      const type = movableItems(editor)[0]?.type
      // Lanes move vertically; steps, stages and records of a step move horizontally; touchpoints move both ways.
      return type === 'lane' ? dy !== 0 : type === 'touchpoint' || (type !== undefined && dx !== 0)
    },
    run(editor) {
      const items = movableItems(editor)
      const [first] = items
      if (first?.type === 'lane') shiftLane(editor, first.id, dy)
      else if (first?.type === 'step' || first?.type === 'stage') shiftByOne(editor, first, flipForRtl(dx))
      else if (first) moveBy(editor, items, flipForRtl(dx), dy)
    },
  }
}

/** Return where records of a type would land if dropped at the cursor, or null if they cannot be dropped there. */
export function placeAtCursor(editor: Editor, cursor: Cursor, type: string): Record<string, Id> | null {
  if (type === 'touchpoint') return isLane(editor, cursor.row) ? { step: cursor.step, lane: cursor.row } : null
  if (type === 'note' || type === 'measure') return { step: cursor.step }
  return null
}

/** Drop the picked-up cards at the cursor. */
export function dropCarried(editor: Editor): void {
  const carrying = editor.state.carried.get()
  const cursor = editor.state.cursor.get()
  editor.state.carried.set(null)
  if (!carrying || !cursor) return
  const items = carrying.ids.map((id) => editor.store.get(id)).filter((item) => item !== undefined)
  const place = placeAtCursor(editor, cursor, items[0]?.type ?? '')
  if (!place || !items.length)
    return editor.ui.announce(gettext('It can’t be dropped there. It stays where it was.'), true)
  if (!moveToCell(editor, items, place, cursor.item && !carrying.ids.includes(cursor.item) ? cursor.item : undefined))
    return editor.state.placeCursor(carrying.from)
  editor.state.select(...carrying.ids)
  editor.state.cursor.set({ ...cursor, item: carrying.ids[0] ?? null })
  editor.ui.announce(
    gettext('Dropped in {place}. Press Control+Z to undo.', {
      place: describeCell(editor, cursor.row, columnOf(editor, cursor.step)),
    }),
  )
}

export function cancelCarry(editor: Editor): void {
  const { state, ui } = editor
  const from = state.carried.get()?.from
  state.carried.set(null)
  if (!from) return
  state.placeCursor(from)
  const place = describeCell(editor, from.row, columnOf(editor, from.step))
  ui.announce(gettext('Canceled. Returned to {place}.', { place }))
}

/** Move the target of the picked-up cards by one cell. */
export function moveCarried(editor: Editor, dx: number, dy: number): void {
  const { state, ui } = editor
  const cursor = state.cursor.get()
  if (!cursor) return
  const next = moveCursor(editor, { ...cursor, item: null }, flipForRtl(dx), dy)
  state.cursor.set(next)
  const cards = itemsInCell(editor, next.row, next.step)
  const at = next.item ? cards.indexOf(next.item) + 1 : cards.length
  ui.announce(
    gettext('{place}. Position {n} of {count}.', {
      place: describeCell(editor, next.row, columnOf(editor, next.step)),
      n: at + 1,
      count: cards.length + 1,
    }),
  )
}

const pickUp: Command = {
  id: 'move.carry',
  name: gettext('Pick up and move'),
  group: 'Move',
  keys: ['Space'],
  icon: 'hand',
  on: ['card'],
  needsDrawRight: true,
  canRun: (editor) =>
    editor.state.carried.get() !== null ||
    movableItems(editor).some((item) => item.type in { touchpoint: 1, note: 1, measure: 1 }),
  run(editor) {
    if (editor.state.carried.get()) return dropCarried(editor)
    const items = inJourneyOrder(editor, movableItems(editor))
    const from = editor.state.cursor.get()
    if (!from || !items.length) return
    editor.state.carried.set({ ids: items.map((item) => item.id), from })
    const place = describeCell(editor, from.row, columnOf(editor, from.step))
    editor.ui.announce(
      items.length === 1
        ? gettext('Picked up {title}. {place}. Arrow keys move, Space drops, Escape cancels.', {
            title: String(items[0]?.fields['title']),
            place,
          })
        : ngettext(
            'Picked up {n} card. {place}. Arrow keys move, Space drops, Escape cancels.',
            'Picked up {n} cards. {place}. Arrow keys move, Space drops, Escape cancels.',
            items.length,
            { place },
          ),
    )
  },
}

const moveDialog: Command = {
  id: 'move.to',
  name: gettext('Move to…'),
  group: 'Move',
  keys: ['Mod+Shift+M'],
  icon: 'move',
  on: ['card', 'step'],
  needsDrawRight: true,
  canRun: (editor) => movableItems(editor).some((item) => item.type !== 'lane' && item.type !== 'stage'),
  run: ({ ui }) => ui.open('move-to'),
}

export const moveCommands: readonly Command[] = [
  moveCommand('left', gettext('Move left'), 'ArrowLeft', -1, 0),
  moveCommand('right', gettext('Move right'), 'ArrowRight', 1, 0),
  moveCommand('up', gettext('Move up'), 'ArrowUp', 0, -1),
  moveCommand('down', gettext('Move down'), 'ArrowDown', 0, 1),
  pickUp,
  moveDialog,
]
