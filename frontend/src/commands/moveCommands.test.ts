/** Moving with the keyboard and the dialog: by one cell, to a cell, picked up. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Item, cellKey } from '../model/records'
import { SHOP, record } from '../store/testing/records'
import type { Command } from './command'
import { COMMANDS } from './index'
import {
  moveCarried,
  dropCarried,
  inJourneyOrder,
  movableItems,
  moveBy,
  moveToCell,
  placeAtCursor,
  cancelCarry,
  shiftLane,
} from './moveCommands'
import { type TestEditor, createTestEditor } from './testing/testEditor'
import { undoCommand } from './undo'

let testEditor: TestEditor

beforeEach(
  async () =>
    void (testEditor = await createTestEditor([
      ...SHOP,
      record('lane', 'l3', { kind: 'department', department: 'care', position: 'n2' }),
    ])),
)

const named = (id: string) => COMMANDS.find((command) => command.id === id) as Command
const inCell = (step: string, lane = 'l1') => testEditor.editor.store.inCell(cellKey('touchpoint', step, lane))
const steps = (stage: string) => testEditor.editor.store.inCell(cellKey('step', stage))
const labels = () => testEditor.editor.session.history.undoable.get().map((done) => done.label)
const items = (...ids: string[]) => ids.map((id) => testEditor.editor.store.get(id)) as Item[]
const lastAnnouncement = () => testEditor.ui.announce.mock.calls.at(-1)
const pick = (id: string, row: string, step: string) => testEditor.at(row, step, id)

describe('the movable records', () => {
  it('are all selected records of the first one’s type', () => {
    testEditor.editor.state.select('a', 'n', 'c', 'gone')
    expect(movableItems(testEditor.editor).map((item) => item.id)).toEqual(['a', 'c'])
    testEditor.editor.state.select('q')
    expect(movableItems(testEditor.editor)).toEqual([])
  })

  it('are in journey order', () => {
    expect(inJourneyOrder(testEditor.editor, items('d', 'b', 'c', 'a')).map((item) => item.id)).toEqual([
      'a',
      'b',
      'c',
      'd',
    ])
    expect(inJourneyOrder(testEditor.editor, items('p3', 'p1')).map((item) => item.id)).toEqual(['p1', 'p3'])
  })
})

describe('moving to a cell', () => {
  it('places cards after another, first, or last, in one gesture that can be undone', async () => {
    moveToCell(testEditor.editor, items('d', 'c'), { step: 'p1', lane: 'l1' }, 'a')
    await testEditor.settled()
    expect([inCell('p1'), testEditor.server.sets.length, labels()]).toEqual([
      ['a', 'c', 'd', 'b'],
      1,
      ['Moved 2 items'],
    ])
    testEditor.run(undoCommand)
    await testEditor.settled()
    expect([inCell('p1'), inCell('p2'), inCell('p3')]).toEqual([['a', 'b'], ['c'], ['d']])
    moveToCell(testEditor.editor, items('c'), { step: 'p1', lane: 'l1' }, null)
    moveToCell(testEditor.editor, items('d'), { step: 'p1', lane: 'l1' })
    await testEditor.settled()
    expect([inCell('p1'), labels()]).toEqual([
      ['c', 'a', 'b', 'd'],
      ['Moved “Till”', 'Moved “Box”'],
    ])
    expect(testEditor.server.records.get('d')?.fields).toMatchObject({ step: 'p1', lane: 'l1' })
  })
})

describe('moving by one cell', () => {
  it('moves cards horizontally, keeping their distance, with the cursor', async () => {
    testEditor.editor.state.select('a', 'c')
    testEditor.run(named('move.right'))
    await testEditor.settled()
    expect([inCell('p1'), inCell('p2'), inCell('p3')]).toEqual([['b'], ['a'], ['d', 'c']])
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'l1', step: 'p2', item: 'a' })
  })

  it('moves cards to another lane', async () => {
    pick('c', 'l1', 'p2')
    testEditor.run(named('move.down'))
    await testEditor.settled()
    expect([inCell('p2', 'l3'), testEditor.server.records.get('c')?.fields['lane']]).toEqual([['c'], 'l3'])
    testEditor.run(named('move.up'))
    await testEditor.settled()
    expect(inCell('p2')).toEqual(['c'])
  })

  it('moves notes and measures horizontally only', async () => {
    pick('n', 'notes', 'p1')
    expect([named('move.up').canRun(testEditor.editor), named('move.down').canRun(testEditor.editor)]).toEqual([
      false,
      false,
    ])
    testEditor.run(named('move.right'))
    await testEditor.settled()
    expect(testEditor.server.records.get('n')?.fields['step']).toBe('p2')
    moveBy(testEditor.editor, [], 1, 0)
    expect(labels()).toEqual(['Moved “No signs”'])
  })

  it('moves steps among siblings and into the next stage, but keeps one step per stage', async () => {
    pick('p1', 'steps', 'p1')
    testEditor.run(named('move.right'))
    expect(steps('s1')).toEqual(['p2', 'p1'])
    testEditor.run(named('move.right'))
    await testEditor.settled()
    expect([steps('s1'), steps('s2'), testEditor.server.records.get('p1')?.fields['stage']]).toEqual([
      ['p2'],
      ['p1', 'p3'],
      's2',
    ])
    testEditor.run(named('move.left'))
    expect(steps('s1')).toEqual(['p2', 'p1'])
    testEditor.run(named('move.left'))
    testEditor.run(named('move.left'))
    expect(steps('s1')).toEqual(['p1', 'p2']) // there is no earlier stage
    pick('p3', 'steps', 'p3')
    testEditor.run(named('move.left'))
    expect([steps('s2'), lastAnnouncement()]).toEqual([
      ['p3'],
      ['A stage needs at least one step. Add one first.', true],
    ])
  })

  it('swaps stages', async () => {
    pick('s2', 'stages', 'p3')
    testEditor.run(named('move.left'))
    await testEditor.settled()
    expect(testEditor.editor.outline.get().stages).toEqual(['s2', 's1'])
    testEditor.run(named('move.left'))
    testEditor.run(named('move.right'))
    expect([testEditor.editor.outline.get().stages, labels()]).toEqual([
      ['s1', 's2'],
      ['Moved “Use”', 'Moved “Use”'],
    ])
  })

  it('moves lanes vertically within the ends, and not horizontally', async () => {
    testEditor.editor.state.select('l3')
    expect([named('move.left').canRun(testEditor.editor), named('move.up').canRun(testEditor.editor)]).toEqual([
      false,
      true,
    ])
    testEditor.run(named('move.up'))
    await testEditor.settled()
    expect(testEditor.editor.outline.get().lanes).toEqual(['l1', 'l3', 'l2'])
    shiftLane(testEditor.editor, 'l1', -1)
    shiftLane(testEditor.editor, 'l2', 1)
    shiftLane(testEditor.editor, 'l1', 1)
    expect([testEditor.editor.outline.get().lanes, labels()]).toEqual([
      ['l3', 'l1', 'l2'],
      ['Moved a lane', 'Moved a lane'],
    ])
  })

  it('needs a movable selection', () => {
    testEditor.editor.state.select('q')
    expect(['left', 'right', 'up', 'down'].map((way) => named(`move.${way}`).canRun(testEditor.editor))).toEqual([
      false,
      false,
      false,
      false,
    ])
    named('move.left').run(testEditor.editor)
    expect(labels()).toEqual([])
  })
})

describe('picked-up cards', () => {
  const space = named('move.carry')

  it('are moved with the arrow keys and dropped at the announced position', async () => {
    pick('a', 'l1', 'p1')
    testEditor.run(space)
    expect(testEditor.editor.state.carried.get()).toEqual({ ids: ['a'], from: { row: 'l1', step: 'p1', item: 'a' } })
    expect(lastAnnouncement()?.[0]).toContain('Picked up Window. Shop, step 1 of 3.')
    moveCarried(testEditor.editor, 1, 0)
    expect(lastAnnouncement()).toEqual(['Shop, step 2 of 3. Position 2 of 2.'])
    testEditor.run(space)
    await testEditor.settled()
    expect([inCell('p1'), inCell('p2'), testEditor.editor.state.carried.get()]).toEqual([['b'], ['c', 'a'], null])
    expect(lastAnnouncement()).toEqual(['Dropped in Shop, step 2 of 3. Press Control+Z to undo.'])
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'l1', step: 'p2', item: 'a' })
  })

  it('are dropped into an empty cell together', async () => {
    testEditor.at('l1', 'p1', 'a')
    testEditor.editor.state.toggle('b')
    testEditor.run(space)
    expect(lastAnnouncement()?.[0]).toContain('Picked up 2 cards.')
    moveCarried(testEditor.editor, 0, 1)
    expect(lastAnnouncement()?.[0]).toMatch(/Position 1 of 1\.$/)
    dropCarried(testEditor.editor)
    await testEditor.settled()
    expect([inCell('p1'), inCell('p1', 'l3')]).toEqual([[], ['a', 'b']])
  })

  it('return on Escape', () => {
    pick('a', 'l1', 'p1')
    testEditor.run(space)
    moveCarried(testEditor.editor, 1, 0)
    cancelCarry(testEditor.editor)
    expect([
      testEditor.editor.state.carried.get(),
      testEditor.editor.state.cursor.get()?.item,
      lastAnnouncement(),
      labels(),
    ]).toEqual([null, 'a', ['Canceled. Returned to Shop, step 1 of 3.'], []])
    cancelCarry(testEditor.editor)
    dropCarried(testEditor.editor)
    testEditor.editor.state.cursor.set(null)
    moveCarried(testEditor.editor, 1, 0)
    space.run(testEditor.editor)
    expect(labels()).toEqual([])
  })

  it('cannot be dropped in other rows, nor after they were deleted', () => {
    pick('a', 'l1', 'p1')
    testEditor.run(space)
    testEditor.at('emotions', 'p1')
    dropCarried(testEditor.editor)
    expect([lastAnnouncement(), labels()]).toEqual([['It can’t be dropped there. It stays where it was.', true], []])
    testEditor.editor.state.carried.set({ ids: ['gone'], from: { row: 'l1', step: 'p1', item: null } })
    dropCarried(testEditor.editor)
    expect(labels()).toEqual([])
  })

  it('can be cards, notes or measures', () => {
    testEditor.editor.state.select('p1')
    expect(space.canRun(testEditor.editor)).toBe(false)
    expect(placeAtCursor(testEditor.editor, { row: 'emotions', step: 'p2', item: null }, 'note')).toEqual({
      step: 'p2',
    })
    expect(placeAtCursor(testEditor.editor, { row: 'emotions', step: 'p2', item: null }, 'measure')).toEqual({
      step: 'p2',
    })
    expect(placeAtCursor(testEditor.editor, { row: 'l1', step: 'p2', item: null }, 'promise')).toBeNull()
  })
})

it('Move to… is available for records of a step', () => {
  testEditor.editor.state.select('s1')
  expect(testEditor.run(named('move.to'))).toBe(false)
  testEditor.editor.state.select('a')
  testEditor.run(named('move.to'))
  expect(testEditor.ui.open).toHaveBeenCalledWith('move-to')
})
