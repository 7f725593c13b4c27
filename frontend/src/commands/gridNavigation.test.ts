/** Keyboard navigation: arrows at every edge, row ends, stages, and extending the selection. */
import { beforeEach, describe, expect, it } from 'vitest'
import { SHOP, record } from '../store/testing/records'
import type { Command } from './command'
import { COMMANDS } from './index'
import { type TestEditor, createTestEditor } from './testing/testEditor'
import {
  moveByStage,
  cursorOnRecord,
  cursorAt,
  itemsInCell,
  visibleRows,
  firstCursor,
  moveCursor,
} from './gridNavigation'

let testEditor: TestEditor

beforeEach(async () => void (testEditor = await createTestEditor()))

const named = (id: string) => COMMANDS.find((command) => command.id === id) as Command
const here = () => {
  const { row, step, item } = testEditor.editor.state.cursor.get() ?? {}
  return `${row} ${step} ${item}`
}
const press = (...ids: string[]) => {
  for (const id of ids) testEditor.run(named(id))
  return here()
}

describe('visible rows', () => {
  it('include only rows that are shown', () => {
    expect(visibleRows(testEditor.editor)).toEqual([
      'stages',
      'steps',
      'scenes',
      'l1',
      'emotions',
      'promises',
      'notes',
      'measures',
      'owners',
    ])
    testEditor.editor.state.toggleRow('hidden', 'scenes')
    testEditor.editor.state.toggleRow('hidden', 'l1')
    // an empty lane rather than none
    const left = ['stages', 'steps', 'l2', 'emotions', 'promises', 'notes', 'measures', 'owners']
    expect(visibleRows(testEditor.editor)).toEqual(left)
    testEditor.editor.state.toggleRow('hidden', 'l2')
    expect(visibleRows(testEditor.editor)).toEqual(left.filter((row) => row !== 'l2'))
  })

  it('list the records of their cells', () => {
    const result = ['stages', 'steps', 'scenes', 'l1', 'emotions', 'promises', 'notes', 'measures', 'owners'].map(
      (row) => itemsInCell(testEditor.editor, row, 'p1'),
    )
    expect(result).toEqual([['s1'], ['p1'], [], ['a', 'b'], [], ['q'], ['n'], [], []])
    expect(itemsInCell(testEditor.editor, 'stages', 'nowhere')).toEqual([])
  })

  it('list a promise where its bar begins, even if it is tested before it is made', async () => {
    testEditor = await createTestEditor([
      ...SHOP,
      record('promise', 'turned', { title: 'T', made_in: 'p3', tested_in: 'p2' }),
      record('promise', 'lost', { title: 'L', made_in: 'x', tested_in: 'y' }),
    ])
    expect(itemsInCell(testEditor.editor, 'promises', 'p2')).toEqual(['turned'])
    expect(cursorOnRecord(testEditor.editor, 'turned')).toEqual({ row: 'promises', step: 'p2', item: 'turned' })
    expect(cursorOnRecord(testEditor.editor, 'lost')).toBeNull()
  })
})

describe('arrow keys', () => {
  it('start at the first card if there is no cursor', () => {
    expect(press('go.right')).toBe('l1 p1 a')
  })

  it('start at the first step if there is no lane, and do nothing on an empty map', async () => {
    testEditor = await createTestEditor(SHOP.filter((item) => item.type === 'stage' || item.type === 'step'))
    expect(press('go.down')).toBe('steps p1 p1')
    testEditor = await createTestEditor([])
    expect([firstCursor(testEditor.editor), press('go.down')]).toEqual([null, 'undefined undefined undefined'])
    expect(press('go.start')).toBe('undefined undefined undefined')
    testEditor.at('stages', 'gone')
    expect(press('go.last', 'go.end', 'go.stage.after')).toBe('stages gone null')
  })

  it('move card by card, then cell by cell', () => {
    testEditor.at('l1', 'p1', 'a')
    expect(press('go.down')).toBe('l1 p1 b')
    expect(press('go.down')).toBe('emotions p1 null')
    expect(press('go.up')).toBe('l1 p1 b')
    expect(press('go.up')).toBe('l1 p1 a')
    expect(press('go.up')).toBe('scenes p1 null')
    testEditor.at('l1', 'p1', 'b')
    expect(press('go.right')).toBe('l1 p2 c') // there is no second card
    expect(press('go.left')).toBe('l1 p1 a')
  })

  it.each([
    ['go.left', 'l1', 'p1', 'a'],
    ['go.right', 'l1', 'p3', 'd'],
    ['go.up', 'stages', 'p1', 's1'],
    ['go.down', 'owners', 'p3', null],
    ['go.left', 'stages', 'p1', 's1'],
    ['go.right', 'owners', 'p3', null],
  ])('%s stays at the edge of %s', (command, row, step, item) => {
    testEditor.at(row, step, item)
    expect(press(command)).toBe(`${row} ${step} ${item}`)
  })

  it('move stage by stage in rows with one cell per stage', () => {
    testEditor.at('stages', 'p1', 's1')
    expect(press('go.right')).toBe('stages p3 s2')
    expect(press('go.left')).toBe('stages p1 s1')
    testEditor.at('measures', 'p2', 'm')
    expect(press('go.down')).toBe('owners p1 null')
    testEditor.at('steps', 'p2', 'p2')
    expect(press('go.up')).toBe('stages p1 s1')
  })

  it('recover when the record at the cursor is gone', () => {
    testEditor.at('gone', 'p1')
    expect(press('go.down')).toBe('stages p1 s1')
    testEditor.at('l1', 'gone')
    expect([press('go.left'), press('go.right')]).toEqual(['l1 gone null', 'l1 p1 a'])
    expect(cursorAt(testEditor.editor, 'stages', 'gone')).toEqual({ row: 'stages', step: 'gone', item: null })
    const lost = { row: 'stages', step: 'gone', item: null }
    expect(moveCursor(testEditor.editor, lost, -1, 0)).toEqual(lost)
  })
})

describe('ends and stages', () => {
  it('Mod+Home and Mod+End go to the ends of the map even without a cursor', () => {
    expect(press('go.start')).toBe('stages p1 s1')
    testEditor.editor.state.cursor.set(null)
    expect(press('go.end')).toBe('owners p3 null')
  })

  it('Home and End go to the ends of the row, with Mod to the ends of the map', () => {
    testEditor.at('l1', 'p2', 'c')
    expect([press('go.first'), press('go.last')]).toEqual(['l1 p1 a', 'l1 p3 d'])
    expect([press('go.start'), press('go.end')]).toEqual(['stages p1 s1', 'owners p3 null'])
  })

  it('PageUp and PageDown move by stage and stop at the ends', () => {
    testEditor.at('l1', 'p2', 'c')
    expect(press('go.stage.after')).toBe('l1 p3 d')
    expect(press('go.stage.after')).toBe('l1 p3 d')
    expect(press('go.stage.before')).toBe('l1 p1 a')
    expect(press('go.stage.before')).toBe('l1 p1 a')
    const lost = { row: 'l1', step: 'gone', item: null }
    expect(moveByStage(testEditor.editor, lost, -1)).toEqual(lost)
  })
})

describe('with Shift', () => {
  it('movement extends the selection', () => {
    testEditor.at('l1', 'p1', 'a')
    press('extend.down', 'extend.right')
    expect([...testEditor.editor.state.selection.get()]).toEqual(['a', 'b', 'c'])
    press('go.right')
    expect([...testEditor.editor.state.selection.get()]).toEqual(['d'])
  })

  it('the bindings match the reported key names', () => {
    expect(named('extend.left').keys).toEqual(['Shift+ArrowLeft'])
    expect(named('extend.end').keys).toEqual(['Mod+Shift+End'])
  })
})

it.each([
  ['a', 'l1 p1'],
  ['p2', 'steps p2'],
  ['s2', 'stages p3'],
  ['n', 'notes p1'],
  ['m', 'measures p2'],
  ['q', 'promises p1'],
])('%s stands at %s', (id, spot) => {
  const [row, step] = spot.split(' ')
  expect(cursorOnRecord(testEditor.editor, id)).toEqual({ row, step, item: id })
})

it('finds no cursor for records outside the map; a stage without steps is at its header', async () => {
  expect([cursorOnRecord(testEditor.editor, 'l1'), cursorOnRecord(testEditor.editor, 'nowhere')]).toEqual([null, null])
  testEditor = await createTestEditor([record('stage', 's', { title: 'S', position: 'n0' })])
  expect(cursorOnRecord(testEditor.editor, 's')).toEqual({ row: 'stages', step: '', item: 's' })
})
