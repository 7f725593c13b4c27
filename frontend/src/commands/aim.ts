/** Where what is lifted would go from a point: the target, the marks that show it, the words that say it. */
import { feelingAt } from '../layout/curve'
import { type Box, type Hit, type Point, type Surface, hit, onMap, rowAt, slotAt, slotLine } from '../layout/hit'
import { SIDE, STACKS, STAGE_HEAD } from '../layout/sizes'
import { isA } from '../model/records'
import { feelingWord } from '../model/words'
import type { Aim, Lift, Mark } from '../store/lift'
import type { Editor } from './command'
import { isLane, itemsIn } from './walk'
import { columnOf, rowName, spot, titleOf } from './where'

const LINE = 2

/** `held`: the border between two columns at which the hand has stayed, so that a new step is meant. */
export function aim(editor: Editor, lift: Lift, surface: Surface, point: Point, held: number | null): Aim | null {
  if (lift.kind === 'lane') return atLane(editor, lift, surface, point)
  const isCard = lift.kind === 'touchpoint' || lift.kind === 'note' || lift.kind === 'measure'
  const found = hit(surface, point, !isCard)
  if (!found) return null
  if (lift.kind === 'step') return atStep(editor, lift, surface, found)
  if (lift.kind === 'stage') return atStage(editor, surface, found)
  if (lift.kind === 'promise') return atEnds(editor, lift, surface, found)
  if (lift.kind === 'feeling') return atFeeling(lift, surface, point)
  return atCell(editor, lift, lift.kind, surface, found, held)
}

function atCell(editor: Editor, lift: Lift, kind: keyof typeof STACKS, surface: Surface, found: Hit, held: number | null): Aim | null {
  const row = kind === 'touchpoint' ? found.row : `${kind}s`
  if (row === null || (kind === 'touchpoint' && !isLane(editor, row))) return null
  const band = surface.rows.find((one) => one.key === row)
  const step = editor.order.get().columns[found.column]?.step
  if (!band || step === undefined) return null
  const [from, to] = [surface.edges[found.column] ?? 0, surface.edges[found.column + 1] ?? 0]
  const edge = found.border === null ? [] : [upright(surface, found.border, found.border === held ? 'new' : 'maybe')]
  const chip = chipOf(editor, lift, row)
  if (found.border !== null && found.border === held) {
    return { target: { kind: 'new-step', row, border: held }, marks: edge, border: held, chip: 'New step', says: held ? `New step after step ${held}.` : 'New step before the first.' }
  }
  const cards = itemsIn(editor, row, step)
  const isFolded = editor.view.rows.get().collapsed.includes(row)
  const slot = isFolded || found.row !== row ? cards.length : slotAt(STACKS[kind], cards.length, found.depth)
  const cell: Box = { start: from, top: band.start, width: to - from, height: band.end - band.start }
  const mark: Mark = cards.length && !isFolded
    ? { as: 'line', start: from, top: band.start + slotLine(STACKS[kind], slot) - LINE / 2, width: to - from, height: LINE }
    : { as: 'cell', ...cell }
  const others = cards.filter((id) => !lift.ids.includes(id))
  const rank = cards.slice(0, slot).filter((id) => !lift.ids.includes(id)).length + 1
  return { target: { kind: 'cell', row, column: found.column, slot }, marks: [mark, ...edge], border: found.border, chip, says: `${spot(editor, row, found.column)}. Position ${rank} of ${others.length + 1}.` }
}

/** "Network → Care" where the department would change. */
function chipOf(editor: Editor, lift: Lift, row: string): string {
  const home = String(editor.store.get(lift.id)?.fields['lane'] ?? row)
  return home === row ? '' : `${rowName(editor, home)} → ${rowName(editor, row)}`
}

function upright({ edges, rows }: Surface, border: number, as: Mark['as']): Mark {
  const bottom = rows.at(-1)?.end ?? 0
  return { as, start: (edges[border] ?? 0) - LINE / 2, top: STAGE_HEAD, width: LINE, height: bottom - STAGE_HEAD }
}

function atStep(editor: Editor, lift: Lift, surface: Surface, { column, part }: Hit): Aim | null {
  const { columns } = editor.order.get()
  const [here, home] = [columns[column], columns[columnOf(editor, lift.id)]]
  if (!here) return null
  const isAfter = part >= 0.5
  const chip = home && home.stage !== here.stage ? `${titleOf(editor, home.stage)} → ${titleOf(editor, here.stage)}` : ''
  const says = `${isAfter ? 'After' : 'Before'} ${titleOf(editor, here.step)}, stage ${titleOf(editor, here.stage)}.`
  return { target: { kind: 'column', column, isAfter }, marks: [upright(surface, column + (isAfter ? 1 : 0), 'new')], border: null, chip, says }
}

function atStage(editor: Editor, surface: Surface, { column, part }: Hit): Aim | null {
  const { columns } = editor.order.get()
  const stage = columns[column]?.stage
  if (stage === undefined) return null
  const first = columns.findIndex((one) => one.stage === stage)
  const last = columns.findLastIndex((one) => one.stage === stage)
  const isAfter = column + part >= (first + last + 1) / 2
  const says = `${isAfter ? 'After' : 'Before'} stage ${titleOf(editor, stage)}.`
  return { target: { kind: 'column', column: isAfter ? last : first, isAfter }, marks: [{ ...upright(surface, isAfter ? last + 1 : first, 'new'), top: 0 }], border: null, chip: '', says }
}

function atLane(editor: Editor, lift: Lift, surface: Surface, point: Point): Aim | null {
  const { row, share } = rowAt(surface, point)
  const band = surface.rows.find((one) => one.key === row)
  if (row === null || !band || !isLane(editor, row)) return null
  const isAfter = share >= 0.5
  const mark: Mark = { as: 'row', start: 0, top: (isAfter ? band.end : band.start) - LINE / 2, width: surface.edges.at(-1) ?? 0, height: LINE }
  const says = row === lift.id ? 'Where it was.' : `${isAfter ? 'Below' : 'Above'} ${rowName(editor, row)}.`
  return { target: { kind: 'lane', lane: row, isAfter }, marks: [mark], border: null, chip: '', says }
}

function atEnds(editor: Editor, lift: Lift, surface: Surface, { column }: Hit): Aim | null {
  const item = editor.store.get(lift.id)
  const band = surface.rows.find((one) => one.key === 'promises')
  if (!isA(item, 'promise') || !band) return null
  let [made, tested] = [columnOf(editor, item.fields.made_in), columnOf(editor, item.fields.tested_in)]
  const most = editor.order.get().columns.length - 1
  // What is made is tested then or later: an end stops at the other.
  if (lift.end === 'made_in') made = Math.min(column, Math.max(tested, made))
  else if (lift.end === 'tested_in') tested = Math.max(column, Math.min(made, tested))
  else {
    const by = Math.max(-Math.min(made, tested), Math.min(most - Math.max(made, tested), column - lift.column))
    ;[made, tested] = [made + by, tested + by]
  }
  const [from, to] = [surface.edges[Math.min(made, tested)] ?? 0, surface.edges[Math.max(made, tested) + 1] ?? 0]
  const says = `From step ${made + 1} to step ${tested + 1}.`
  return { target: { kind: 'ends', made, tested }, marks: [{ as: 'bar', start: from + SIDE, top: band.start, width: to - from - 2 * SIDE, height: band.end - band.start }], border: null, chip: says.slice(0, -1), says }
}

function atFeeling(lift: Lift, surface: Surface, point: Point): Aim | null {
  const band = surface.rows.find((one) => one.key === 'feels')
  if (!band) return null
  const value = feelingAt(onMap(surface, point).y - band.start)
  return { target: { kind: 'feeling', column: lift.column, value }, marks: [], border: null, chip: feelingWord(value), says: `${feelingWord(value)}.` }
}

/** The records of a cell of a row, by the type that stands there. */
export function stackOf(row: string): keyof typeof STACKS {
  return row === 'notes' ? 'note' : row === 'measures' ? 'measure' : 'touchpoint'
}
