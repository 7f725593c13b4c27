/** Moving by keys and by the dialog: by one cell, to a cell, carried. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Item, cellKey } from '../model/records'
import { SHOP, record } from '../store/testing/records'
import type { Command } from './command'
import { COMMANDS } from './index'
import { carry, drop, inOrder, movable, moveBy, moveTo, placeAt, putBack, shiftLane } from './move'
import { type Bench, bench } from './testing/editor'
import { undo } from './undo'

let b: Bench

beforeEach(async () => void (b = await bench([...SHOP, record('lane', 'l3', { kind: 'department', department: 'care', position: 'n2' })])))

const named = (id: string) => COMMANDS.find((command) => command.id === id) as Command
const inCell = (step: string, lane = 'l1') => b.editor.store.inCell(cellKey('touchpoint', step, lane))
const steps = (stage: string) => b.editor.store.inCell(cellKey('step', stage))
const labels = () => b.editor.session.history.undoable.get().map((done) => done.label)
const items = (...ids: string[]) => ids.map((id) => b.editor.store.get(id)) as Item[]
const said = () => b.prompts.announce.mock.calls.at(-1)
const pick = (id: string, row: string, step: string) => b.at(row, step, id)

describe('what moves together', () => {
  it('is all of the first one’s type that is selected', () => {
    b.editor.view.select('a', 'n', 'c', 'gone')
    expect(movable(b.editor).map((item) => item.id)).toEqual(['a', 'c'])
    b.editor.view.select('q')
    expect(movable(b.editor)).toEqual([])
  })

  it('keeps the order of the journey', () => {
    expect(inOrder(b.editor, items('d', 'b', 'c', 'a')).map((item) => item.id)).toEqual(['a', 'b', 'c', 'd'])
    expect(inOrder(b.editor, items('p3', 'p1')).map((item) => item.id)).toEqual(['p1', 'p3'])
  })
})

describe('to a cell', () => {
  it('goes after a card there, first, or last, in one gesture that undo takes back', async () => {
    moveTo(b.editor, items('d', 'c'), { step: 'p1', lane: 'l1' }, 'a')
    await b.settled()
    expect([inCell('p1'), b.server.sets.length, labels()]).toEqual([['a', 'c', 'd', 'b'], 1, ['Moved 2 things']])
    b.run(undo)
    await b.settled()
    expect([inCell('p1'), inCell('p2'), inCell('p3')]).toEqual([['a', 'b'], ['c'], ['d']])
    moveTo(b.editor, items('c'), { step: 'p1', lane: 'l1' }, null)
    moveTo(b.editor, items('d'), { step: 'p1', lane: 'l1' })
    await b.settled()
    expect([inCell('p1'), labels()]).toEqual([['c', 'a', 'b', 'd'], ['Moved “Till”', 'Moved “Box”']])
    expect(b.server.records.get('d')?.fields).toMatchObject({ step: 'p1', lane: 'l1' })
  })
})

describe('by one cell', () => {
  it('cards go sideways, keep their distance, and the cursor goes along', async () => {
    b.editor.view.select('a', 'c')
    b.run(named('move.right'))
    await b.settled()
    expect([inCell('p1'), inCell('p2'), inCell('p3')]).toEqual([['b'], ['a'], ['d', 'c']])
    expect(b.editor.view.cursor.get()).toEqual({ row: 'l1', step: 'p2', item: 'a' })
  })

  it('cards change the lane', async () => {
    pick('c', 'l1', 'p2')
    b.run(named('move.down'))
    await b.settled()
    expect([inCell('p2', 'l3'), b.server.records.get('c')?.fields['lane']]).toEqual([['c'], 'l3'])
    b.run(named('move.up'))
    await b.settled()
    expect(inCell('p2')).toEqual(['c'])
  })

  it('notes and measures go with their step, and nowhere up or down', async () => {
    pick('n', 'notes', 'p1')
    expect([named('move.up').canRun(b.editor), named('move.down').canRun(b.editor)]).toEqual([false, false])
    b.run(named('move.right'))
    await b.settled()
    expect(b.server.records.get('n')?.fields['step']).toBe('p2')
    moveBy(b.editor, [], 1, 0)
    expect(labels()).toEqual(['Moved “No signs”'])
  })

  it('steps go among their siblings and on into the next stage, which keeps one', async () => {
    pick('p1', 'steps', 'p1')
    b.run(named('move.right'))
    expect(steps('s1')).toEqual(['p2', 'p1'])
    b.run(named('move.right'))
    await b.settled()
    expect([steps('s1'), steps('s2'), b.server.records.get('p1')?.fields['stage']]).toEqual([['p2'], ['p1', 'p3'], 's2'])
    b.run(named('move.left'))
    expect(steps('s1')).toEqual(['p2', 'p1'])
    b.run(named('move.left'))
    b.run(named('move.left'))
    expect(steps('s1')).toEqual(['p1', 'p2']) // there is no stage before
    pick('p3', 'steps', 'p3')
    b.run(named('move.left'))
    expect([steps('s2'), said()]).toEqual([['p3'], ['A stage keeps at least one step.', true]])
  })

  it('stages change places', async () => {
    pick('s2', 'stages', 'p3')
    b.run(named('move.left'))
    await b.settled()
    expect(b.editor.order.get().stages).toEqual(['s2', 's1'])
    b.run(named('move.left'))
    b.run(named('move.right'))
    expect([b.editor.order.get().stages, labels()]).toEqual([['s1', 's2'], ['Moved “Use”', 'Moved “Use”']])
  })

  it('lanes go up and down, not beyond the ends, and not sideways', async () => {
    b.editor.view.select('l3')
    expect([named('move.left').canRun(b.editor), named('move.up').canRun(b.editor)]).toEqual([false, true])
    b.run(named('move.up'))
    await b.settled()
    expect(b.editor.order.get().lanes).toEqual(['l1', 'l3', 'l2'])
    shiftLane(b.editor, 'l1', -1)
    shiftLane(b.editor, 'l2', 1)
    shiftLane(b.editor, 'l1', 1)
    expect([b.editor.order.get().lanes, labels()]).toEqual([['l3', 'l1', 'l2'], ['Moved a lane', 'Moved a lane']])
  })

  it('needs something that moves', () => {
    b.editor.view.select('q')
    expect(['left', 'right', 'up', 'down'].map((way) => named(`move.${way}`).canRun(b.editor))).toEqual([false, false, false, false])
    named('move.left').run(b.editor)
    expect(labels()).toEqual([])
  })
})

describe('carried', () => {
  const space = named('move.carry')

  it('is picked up, taken along by arrows, and dropped where it is said', async () => {
    pick('a', 'l1', 'p1')
    b.run(space)
    expect(b.editor.view.carrying.get()).toEqual({ ids: ['a'], from: { row: 'l1', step: 'p1', item: 'a' } })
    expect(said()?.[0]).toContain('Picked up Window. Shop, step 1 of 3.')
    carry(b.editor, 1, 0)
    expect(said()).toEqual(['Shop, step 2 of 3. Position 2 of 2.'])
    b.run(space)
    await b.settled()
    expect([inCell('p1'), inCell('p2'), b.editor.view.carrying.get()]).toEqual([['b'], ['c', 'a'], null])
    expect(said()).toEqual(['Dropped in Shop, step 2 of 3. Undo with Control Z.'])
    expect(b.editor.view.cursor.get()).toEqual({ row: 'l1', step: 'p2', item: 'a' })
  })

  it('into an empty cell, several at once', async () => {
    b.at('l1', 'p1', 'a')
    b.editor.view.toggle('b')
    b.run(space)
    expect(said()?.[0]).toContain('Picked up 2 cards.')
    carry(b.editor, 0, 1)
    expect(said()?.[0]).toMatch(/Position 1 of 1\.$/)
    drop(b.editor)
    await b.settled()
    expect([inCell('p1'), inCell('p1', 'l3')]).toEqual([[], ['a', 'b']])
  })

  it('is put back with Escape', () => {
    pick('a', 'l1', 'p1')
    b.run(space)
    carry(b.editor, 1, 0)
    putBack(b.editor)
    expect([b.editor.view.carrying.get(), b.editor.view.cursor.get()?.item, said(), labels()]).toEqual([null, 'a', ['Put back in Shop, step 1 of 3.'], []])
    putBack(b.editor)
    drop(b.editor)
    b.editor.view.cursor.set(null)
    carry(b.editor, 1, 0)
    space.run(b.editor)
    expect(labels()).toEqual([])
  })

  it('cannot be put where it does not belong, nor once it is gone', () => {
    pick('a', 'l1', 'p1')
    b.run(space)
    b.at('feels', 'p1')
    drop(b.editor)
    expect([said(), labels()]).toEqual([['This cannot be put there. It stays where it was.', true], []])
    b.editor.view.carrying.set({ ids: ['gone'], from: { row: 'l1', step: 'p1', item: null } })
    drop(b.editor)
    expect(labels()).toEqual([])
  })

  it('is a card, a note or a measure', () => {
    b.editor.view.select('p1')
    expect(space.canRun(b.editor)).toBe(false)
    expect(placeAt(b.editor, { row: 'feels', step: 'p2', item: null }, 'note')).toEqual({ step: 'p2' })
    expect(placeAt(b.editor, { row: 'feels', step: 'p2', item: null }, 'measure')).toEqual({ step: 'p2' })
    expect(placeAt(b.editor, { row: 'l1', step: 'p2', item: null }, 'promise')).toBeNull()
  })
})

it('Move to… opens for what has a step', () => {
  b.editor.view.select('s1')
  expect(b.run(named('move.to'))).toBe(false)
  b.editor.view.select('a')
  b.run(named('move.to'))
  expect(b.prompts.open).toHaveBeenCalledWith('move-to')
})
