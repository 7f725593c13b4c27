import { beforeEach, describe, expect, it } from 'vitest'
import type { GridGeometry } from '../layout/hitTest'
import type { DropPreview, DragItem } from '../store/dragState'
import { SHOP, record } from '../store/testing/records'
import { findDropTarget } from './dropTarget'
import { emotionDragItem, dragItemFor, describeDrag } from './dragItem'
import { type TestEditor, createTestEditor } from './testing/testEditor'

const GEOMETRY: GridGeometry = {
  x: 0,
  y: 0,
  zoom: 1,
  isRtl: false,
  edges: [154, 285, 416, 547],
  rows: [
    { key: 'l1', start: 100, end: 224 },
    { key: 'l3', start: 224, end: 290 },
    { key: 'emotions', start: 290, end: 400 },
    { key: 'promises', start: 400, end: 440 },
    { key: 'notes', start: 440, end: 500 },
  ],
}
let testEditor: TestEditor

beforeEach(async () => {
  const care = [
    record('department', 'care', { name: 'Care' }),
    record('lane', 'l3', { kind: 'department', department: 'care', position: 'n2' }),
  ]
  testEditor = await createTestEditor([...SHOP, ...care])
})

const dragged = (id: string, end: DragItem['end'] = null, column = 0) =>
  dragItemFor(testEditor.editor, id, end, column) as DragItem
const previewAt = (item: DragItem, x: number, y: number, held: number | null = null): DropPreview | null =>
  findDropTarget(testEditor.editor, item, GEOMETRY, { x, y }, held)

describe('dragging a card', () => {
  it('announces where it came from', () => {
    expect(describeDrag(testEditor.editor, dragged('a'))).toBe('Picked up Window. Shop, step 1 of 3. Escape cancels.')
    testEditor.editor.state.select('a', 'b')
    expect(dragged('a').ids).toEqual(['a', 'b'])
    expect(dragged('c').ids).toEqual(['c'])
  })

  it('drops between cards, marked with a line; its own position is not counted twice', () => {
    const result = previewAt(dragged('c'), 220, 170)
    expect(result).toMatchObject({
      target: { kind: 'cell', row: 'l1', column: 0, slot: 1 },
      chip: '',
      announcement: 'Shop, step 1 of 3. Position 2 of 3.',
    })
    expect(result?.indicators[0]).toMatchObject({ shape: 'line', start: 154, width: 131 })
    expect(previewAt(dragged('a'), 220, 220)?.announcement).toBe('Shop, step 1 of 3. Position 2 of 2.')
  })

  it('drops into an empty cell of another department and says so', () => {
    const result = previewAt(dragged('a'), 350, 250)
    expect(result).toMatchObject({ target: { row: 'l3', column: 1, slot: 0 }, chip: 'Shop → Care' })
    expect(result?.indicators[0]?.shape).toBe('cell')
  })

  it('adds a new step when held at a border', () => {
    expect(previewAt(dragged('a'), 283, 250)).toMatchObject({ border: 1, target: { kind: 'cell' } })
    expect(previewAt(dragged('a'), 283, 250, 1)).toMatchObject({
      target: { kind: 'new-step', border: 1 },
      chip: 'New step',
    })
    expect(previewAt(dragged('a'), 283, 250, 2)).toMatchObject({ target: { kind: 'cell' } })
  })

  it('has no target over other rows or outside the map', () => {
    expect(previewAt(dragged('a'), 220, 320)).toBeNull()
    expect(previewAt(dragged('a'), 100, 150)).toBeNull()
  })

  it('keeps a note in its row', () => {
    expect(previewAt(dragged('n'), 350, 150)?.target).toEqual({ kind: 'cell', row: 'notes', column: 1, slot: 0 })
  })

  it('cannot be dragged without the right to draw', () => {
    testEditor.editor.state.mode.set('read')
    expect(dragItemFor(testEditor.editor, 'a', null, 0)).toBeNull()
    expect(emotionDragItem(testEditor.editor, 'p1')).toBeNull()
  })
})

it('drops a step on either side of the step under the pointer', () => {
  expect(previewAt(dragged('p1'), 500, 20)).toMatchObject({
    target: { column: 2, isAfter: true },
    chip: 'Choose → Use',
  })
  expect(previewAt(dragged('p1'), 420, 20)?.target).toMatchObject({ column: 2, isAfter: false })
  expect(previewAt(dragged('p1'), 5, 20)?.target).toMatchObject({ column: 0, isAfter: false })
})

it('drops a stage on either side of the whole stage', () => {
  expect(previewAt(dragged('s2'), 280, 20)?.target).toEqual({ kind: 'column', column: 0, isAfter: false })
  expect(previewAt(dragged('s2'), 290, 20)?.target).toEqual({ kind: 'column', column: 1, isAfter: true })
})

it('drops a lane above or below another, whatever the horizontal position', () => {
  expect(previewAt(dragged('l3'), 40, 120)?.target).toEqual({ kind: 'lane', lane: 'l1', isAfter: false })
  expect(previewAt(dragged('l3'), 40, 220)?.target).toEqual({ kind: 'lane', lane: 'l1', isAfter: true })
  expect(previewAt(dragged('l3'), 40, 350)).toBeNull()
})

it('moves a promise with both ends, or one end up to the other', () => {
  testEditor.editor.session.apply('Shorter', [{ op: 'set', type: 'promise', id: 'q', fields: { tested_in: 'p2' } }])
  expect(previewAt(dragged('q', null, 0), 350, 420)?.target).toEqual({ kind: 'ends', made: 1, tested: 2 })
  expect(previewAt(dragged('q', null, 0), 500, 420)?.target).toEqual({ kind: 'ends', made: 1, tested: 2 })
  expect(previewAt(dragged('q', 'tested_in', 1), 500, 420)?.target).toEqual({ kind: 'ends', made: 0, tested: 2 })
  expect(previewAt(dragged('q', 'made_in', 0), 500, 420)?.target).toEqual({ kind: 'ends', made: 1, tested: 1 })
})

it('snaps an emotion to one of five levels', () => {
  const dragItem = emotionDragItem(testEditor.editor, 'p1') as DragItem
  expect([0, 311, 345, 379, 900].map((y) => (previewAt(dragItem, 220, y)?.target as { value?: number }).value)).toEqual(
    [2, 2, 0, -2, -2],
  )
  expect(previewAt(dragItem, 220, 345)?.chip).toBe('Neutral')
})
