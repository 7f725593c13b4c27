import { beforeEach, describe, expect, it } from 'vitest'
import { cellKey } from '../model/records'
import type { DragItem, DropTarget } from '../store/dragState'
import { SHOP, record } from '../store/testing/records'
import { dropOnTarget } from './pointerDrop'
import { dragItemFor } from './dragItem'
import { type TestEditor, createTestEditor } from './testing/testEditor'

let testEditor: TestEditor

beforeEach(async () => {
  testEditor = await createTestEditor([
    ...SHOP,
    record('lane', 'l3', { kind: 'department', department: 'care', position: 'n2' }),
  ])
})

const inCell = (step: string, lane = 'l1') => testEditor.editor.store.inCell(cellKey('touchpoint', step, lane))
const undoable = () => testEditor.editor.session.history.undoable.get().length

function drop(id: string, target: DropTarget, isCopy = false, ...along: string[]): boolean {
  if (along.length) testEditor.editor.state.select(id, ...along)
  return dropOnTarget(
    testEditor.editor,
    dragItemFor(testEditor.editor, id, null, 0) as DragItem,
    target,
    isCopy,
    'There.',
  )
}

const cell = (column: number, slot = 0, row = 'l1'): DropTarget => ({ kind: 'cell', row, column, slot })

describe('dropping a card', () => {
  it('moves it between two cards in another lane, in one gesture', () => {
    expect(drop('c', cell(0, 1))).toBe(true)
    expect(inCell('p1')).toEqual(['a', 'c', 'b'])
    drop('c', cell(2, 0, 'l3'))
    expect(inCell('p3', 'l3')).toEqual(['c'])
    expect(undoable()).toBe(2)
    expect(testEditor.ui.announce).toHaveBeenLastCalledWith('Dropped. There. Press Control+Z to undo.')
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'l3', step: 'p3', item: 'c' })
  })

  it('makes no gesture if nothing would change', () => {
    for (const slot of [0, 1]) expect(drop('a', cell(0, slot))).toBe(false)
    expect(drop('b', cell(0, 2))).toBe(false)
    expect(undoable()).toBe(0)
  })

  it('moves it past its neighbor in the same cell', () => {
    drop('a', cell(0, 2))
    expect(inCell('p1')).toEqual(['b', 'a'])
  })

  it('copies it and leaves the original', () => {
    drop('a', cell(1, 0), true)
    expect(inCell('p1')).toEqual(['a', 'b'])
    const [copy, other] = inCell('p2')
    expect(other).toBe('c')
    expect(testEditor.editor.store.get(copy)?.fields).toMatchObject({
      title: 'Window',
      notes: 'Warm light',
      emotion: 1,
    })
    expect([...testEditor.editor.state.selection.get()]).toEqual([copy])
  })

  it('does nothing if someone deleted it in the meantime', () => {
    const dragItem = dragItemFor(testEditor.editor, 'a', null, 0) as DragItem
    testEditor.editor.session.apply('Removed', [{ op: 'remove', type: 'touchpoint', id: 'a' }])
    expect(dropOnTarget(testEditor.editor, dragItem, cell(1), false, '')).toBe(false)
    expect(testEditor.ui.toast).toHaveBeenCalled()
  })

  it('matches what the server accepts', async () => {
    drop('c', cell(0, 1))
    await testEditor.settled()
    expect(testEditor.events.refused).not.toHaveBeenCalled()
    expect(inCell('p1')).toEqual(['a', 'c', 'b'])
  })
})

describe('dropping a selection', () => {
  it('keeps its distances and order', () => {
    drop('a', cell(1, 0), false, 'b', 'c')
    expect(inCell('p1')).toEqual([])
    expect(inCell('p2')).toEqual(['a', 'b'])
    expect(inCell('p3')).toEqual(['d', 'c'])
    expect(undoable()).toBe(1)
  })

  it('stops at the edges of the map', () => {
    drop('c', cell(2, 1), false, 'd')
    expect(inCell('p3')).toEqual(['c', 'd'])
  })
})

describe('dropping between two steps', () => {
  it('adds a step for the card in the stage to the left', () => {
    drop('a', { kind: 'new-step', row: 'l1', border: 2 })
    const created = testEditor.editor.outline.get().columns[2]
    expect(created?.stage).toBe('s1')
    expect(inCell(created?.step ?? '')).toEqual(['a'])
    expect(undoable()).toBe(1)
  })

  it('adds the step to the first stage before the first step', () => {
    drop('c', { kind: 'new-step', row: 'l1', border: 0 })
    expect(testEditor.editor.outline.get().columns[0]).toMatchObject({ stage: 's1' })
    expect(inCell(testEditor.editor.outline.get().columns[0]?.step ?? '')).toEqual(['c'])
  })
})

describe('dropping headers', () => {
  const columns = () => testEditor.editor.outline.get().columns.map((column) => column.step)

  it('moves a step into another stage, but not the last of its own', () => {
    expect(drop('p3', { kind: 'column', column: 0, isAfter: true })).toBe(false)
    expect(testEditor.ui.toast).toHaveBeenCalledWith(expect.stringContaining('at least one step'))
    expect(drop('p1', { kind: 'column', column: 2, isAfter: false })).toBe(true)
    expect(columns()).toEqual(['p2', 'p1', 'p3'])
    expect(testEditor.editor.store.get('p1')?.fields['stage']).toBe('s2')
  })

  it('moves a stage with its steps', () => {
    drop('s2', { kind: 'column', column: 0, isAfter: false })
    expect(columns()).toEqual(['p3', 'p1', 'p2'])
    expect(drop('s2', { kind: 'column', column: 0, isAfter: true })).toBe(false)
  })

  it('moves a lane above another', () => {
    drop('l3', { kind: 'lane', lane: 'l1', isAfter: false })
    expect(testEditor.editor.outline.get().lanes).toEqual(['l3', 'l1', 'l2'])
    expect(drop('l3', { kind: 'lane', lane: 'l1', isAfter: false })).toBe(false)
  })
})

it('sets the ends of a promise only when they change', () => {
  expect(drop('q', { kind: 'ends', made: 0, tested: 2 })).toBe(false)
  drop('q', { kind: 'ends', made: 1, tested: 2 })
  expect(testEditor.editor.store.get('q')?.fields).toMatchObject({ made_in: 'p2', tested_in: 'p3' })
})

it('sets the emotion of every touchpoint of the step', () => {
  const dragItem: DragItem = { kind: 'feeling', id: 'p1', ids: ['p1'], end: null, column: 0, origin: '' }
  dropOnTarget(testEditor.editor, dragItem, { kind: 'feeling', column: 0, value: -1 }, false, '')
  expect(['a', 'b'].map((id) => testEditor.editor.store.get(id)?.fields['emotion'])).toEqual([-1, -1])
  expect(undoable()).toBe(1)
  expect(dropOnTarget(testEditor.editor, dragItem, { kind: 'feeling', column: 0, value: -1 }, false, '')).toBe(false)
})
