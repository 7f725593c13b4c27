/** Putting down what was lifted: the target as ops. One drop is one gesture. */
import { uuid7 } from '../lib/ids'
import { type Id, type Item, cellKey, isA } from '../model/records'
import type { Aim, Lift, Target } from '../store/lift'
import { isLocked, lockAgainst, lockedWords } from '../store/locks'
import { feltBy } from '../store/outline'
import { type Intent, plan } from '../store/plan'
import type { Editor } from './command'
import { fieldsCopied } from './copy'
import { feel } from './mark'
import { cursorOf, isLane, itemsIn, rowsOf } from './walk'
import { inOrder, moved } from './move'
import { columnOf } from './where'

type Planned = { readonly intents: readonly Intent[]; readonly shown: readonly Id[] } | { readonly refusal: string }

/** Drop; say whether anything changed. */
export function land(editor: Editor, lift: Lift, target: Target, isCopy: boolean, says: string): boolean {
  if (target.kind === 'feeling') return landFeeling(editor, lift, target.value)
  const planned = planDrop(editor, lift, target, isCopy)
  if ('refusal' in planned) {
    editor.prompts.toast(planned.refusal)
    return false
  }
  if (!planned.intents.length) return false
  const items = lift.ids.map((id) => editor.store.get(id)).filter((item) => item !== undefined)
  if (editor.session.do(isCopy ? `Duplicated ${items.length}` : moved(items), planned.intents) === null) return false
  editor.view.select(...planned.shown)
  const cursor = cursorOf(editor, planned.shown[0] ?? '')
  if (cursor) editor.view.cursor.set(cursor)
  editor.prompts.announce(`Dropped${target.kind === 'cell' ? ' in' : '.'} ${says} Undo with Control Z.`)
  return true
}

/** An aim as it is shown: refused, and why, where a lock forbids to drop there. */
export function allowed(editor: Editor, lift: Lift, aim: Aim, isCopy: boolean): Aim {
  const { journey, store } = editor
  if (![...store.ofType('stage'), ...store.ofType('lane')].some((id) => isLocked(store.get(id)))) return aim
  const planned = planDrop(editor, lift, aim.target, isCopy)
  const lock = 'intents' in planned && lockAgainst(store, plan(store, journey, planned.intents))
  if (!lock) return aim
  const words = lockedWords(store, lock)
  return { ...aim, isBarred: true, chip: words.slice(0, -1), says: `Not allowed: ${words}` }
}

function landFeeling(editor: Editor, lift: Lift, value: number): boolean {
  const cards = feltBy(editor.store, lift.id, editor.order.get().lanes)
  if (cards.length && cards.every((id) => editor.store.get(id)?.fields['emotion'] === value)) return false
  feel(editor, cards, value)
  return cards.length > 0
}

/** The ops of a drop; none where everything would stay as it is. */
export function planDrop(editor: Editor, lift: Lift, target: Target, isCopy: boolean): Planned {
  const items = lift.ids.map((id) => editor.store.get(id)).filter((item) => item !== undefined)
  if (!items.length) return { refusal: 'It is gone: somebody deleted it.' }
  if (target.kind === 'cell' || target.kind === 'new-step') return cards(editor, lift, inOrder(editor, items), target, isCopy)
  if (target.kind === 'column') return lift.kind === 'stage' ? stages(editor, items, target) : steps(editor, items, target)
  if (target.kind === 'lane') return lanes(editor, lift.id, target)
  return target.kind === 'ends' ? ends(editor, items[0], target) : { intents: [], shown: [] }
}

/** Cards keep their distances to the one that was grabbed, and their order; at the edges they stop. */
function cards(editor: Editor, lift: Lift, items: readonly Item[], target: Target & { kind: 'cell' | 'new-step' }, isCopy: boolean): Planned {
  const intents: Intent[] = []
  let steps = editor.order.get().columns.map((column) => column.step)
  const grabbed = editor.store.get(lift.id)
  const from = columnOf(editor, grabbed?.fields['step'])
  if (target.kind === 'new-step') {
    const made = newStep(editor, target.border)
    intents.push(made)
    steps = [...steps.slice(0, target.border), made.id, ...steps.slice(target.border)]
  }
  const at = target.kind === 'new-step' ? target.border : target.column
  const rows = rowsOf(editor).filter((row) => isLane(editor, row))
  const down = rows.indexOf(target.row) - rows.indexOf(String(grabbed?.fields['lane']))
  const shown: Id[] = []
  const last = new Map<string, Id>()
  const moves = items.flatMap((item): Intent[] => {
    const step = steps[clamp(at + columnOf(editor, item.fields['step']) - from, steps.length)] ?? ''
    const lane = rows[clamp(rows.indexOf(String(item.fields['lane'])) + down, rows.length)] ?? ''
    const place: Record<string, Id> = item.type === 'touchpoint' ? { step, lane } : { step }
    const isTarget = step === steps[at] && (item.type !== 'touchpoint' || lane === target.row)
    const stays = !isCopy && step === item.fields['step'] && (item.type !== 'touchpoint' || lane === item.fields['lane'])
    if (stays && !isTarget) return []
    const cell = `${step} ${lane}`
    const behind = last.get(cell) ?? (isTarget && target.kind === 'cell' ? before(editor, target, steps[at] ?? '', isCopy ? [] : lift.ids) : undefined)
    const id = isCopy ? uuid7() : item.id
    last.set(cell, id)
    shown.push(id)
    const where = behind === undefined ? place : { ...place, after: behind }
    return [isCopy ? { op: 'add', type: item.type, id, fields: fieldsCopied(item), place: where } : { op: 'move', type: item.type, id, place: where }]
  })
  if (!isCopy && target.kind === 'cell' && isSame(editor, target, steps[at] ?? '', moves, lift.ids)) return { intents: [], shown: [] }
  return { intents: [...intents, ...moves], shown }
}

function newStep(editor: Editor, border: number): Intent {
  const { columns } = editor.order.get()
  const left = columns[border - 1]
  const stage = left?.stage ?? columns[0]?.stage ?? ''
  return { op: 'add', type: 'step', id: uuid7(), fields: { title: 'New step' }, place: { stage, after: left?.step ?? null } }
}

/** The record after which the first one lands; null for the head of the cell. */
function before(editor: Editor, { row, slot }: Target & { kind: 'cell' }, step: Id, lifted: readonly Id[]): Id | null {
  return itemsIn(editor, row, step).slice(0, slot).filter((id) => !lifted.includes(id)).at(-1) ?? null
}

/** Whether the cards would stand just as they do. */
function isSame(editor: Editor, target: Target & { kind: 'cell' }, step: Id, moves: readonly Intent[], lifted: readonly Id[]): boolean {
  const now = itemsIn(editor, target.row, step)
  const ids = moves.map((move) => move.id)
  if (!ids.every((id) => now.includes(id))) return false
  return same(now, inserted(now, ids, lifted, target.slot))
}

function steps(editor: Editor, items: readonly Item[], { column, isAfter }: Target & { kind: 'column' }): Planned {
  const { columns, stages: all } = editor.order.get()
  const here = columns[column]
  if (!here) return { intents: [], shown: [] }
  const ids = inOrder(editor, items).map((item) => item.id)
  const isEmptied = all.some((stage) => stage !== here.stage && editor.store.inCell(cellKey('step', stage)).every((step) => ids.includes(step)))
  if (isEmptied) return { refusal: 'A stage keeps at least one step. Move the whole stage by its head, or delete it.' }
  const now = editor.store.inCell(cellKey('step', here.stage))
  return inserting('step', now, ids, now.indexOf(here.step) + (isAfter ? 1 : 0), { stage: here.stage })
}

function stages(editor: Editor, items: readonly Item[], { column, isAfter }: Target & { kind: 'column' }): Planned {
  const { columns, stages: now } = editor.order.get()
  const ids = now.filter((id) => items.some((item) => item.id === id))
  return inserting('stage', now, ids, now.indexOf(columns[column]?.stage ?? '') + (isAfter ? 1 : 0), {})
}

function lanes(editor: Editor, lane: Id, target: Target & { kind: 'lane' }): Planned {
  const now = editor.order.get().lanes
  return inserting('lane', now, [lane], now.indexOf(target.lane) + (target.isAfter ? 1 : 0), {})
}

/** Siblings put in a row at an index of their list as it is now. */
function inserting(type: string, now: readonly Id[], ids: readonly Id[], at: number, place: Readonly<Record<string, Id>>): Planned {
  if (same(now, inserted(now, ids, ids, at))) return { intents: [], shown: [] }
  const first = now.slice(0, at).filter((id) => !ids.includes(id)).at(-1) ?? null
  const intents = ids.map((id, nth): Intent => ({ op: 'move', type, id, place: { ...place, after: nth ? (ids[nth - 1] ?? null) : first } }))
  return { intents, shown: ids }
}

function ends(editor: Editor, item: Item | undefined, { made, tested }: Target & { kind: 'ends' }): Planned {
  const { columns } = editor.order.get()
  const fields = { made_in: columns[made]?.step, tested_in: columns[tested]?.step }
  if (!isA(item, 'promise') || (item.fields.made_in === fields.made_in && item.fields.tested_in === fields.tested_in)) return { intents: [], shown: [] }
  return { intents: [{ op: 'set', type: 'promise', id: item.id, fields }], shown: [item.id] }
}

function inserted(now: readonly Id[], ids: readonly Id[], lifted: readonly Id[], at: number): Id[] {
  const rest = (part: readonly Id[]) => part.filter((id) => !lifted.includes(id))
  return [...rest(now.slice(0, at)), ...ids, ...rest(now.slice(at))]
}

function same(one: readonly Id[], two: readonly Id[]): boolean {
  return one.length === two.length && one.every((id, at) => id === two[at])
}

function clamp(at: number, length: number): number {
  return Math.max(0, Math.min(length - 1, at))
}
