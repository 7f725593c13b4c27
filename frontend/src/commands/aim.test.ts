import { beforeEach, describe, expect, it } from 'vitest'
import type { Surface } from '../layout/hit'
import type { Aim, Lift } from '../store/lift'
import { SHOP, record } from '../store/testing/records'
import { aim } from './aim'
import { liftFeeling, liftOf, liftSays } from './lift'
import { type Bench, bench } from './testing/editor'

const SURFACE: Surface = {
  x: 0,
  y: 0,
  zoom: 1,
  isRtl: false,
  edges: [154, 285, 416, 547],
  rows: [
    { key: 'l1', start: 100, end: 224 },
    { key: 'l3', start: 224, end: 290 },
    { key: 'feels', start: 290, end: 400 },
    { key: 'promises', start: 400, end: 440 },
    { key: 'notes', start: 440, end: 500 },
  ],
}
let here: Bench

beforeEach(async () => {
  const care = [record('department', 'care', { name: 'Care' }), record('lane', 'l3', { kind: 'department', department: 'care', position: 'n2' })]
  here = await bench([...SHOP, ...care])
})

const lifted = (id: string, end: Lift['end'] = null, column = 0) => liftOf(here.editor, id, end, column) as Lift
const at = (lift: Lift, x: number, y: number, held: number | null = null): Aim | null => aim(here.editor, lift, SURFACE, { x, y }, held)

describe('a card in the hand', () => {
  it('is told of where it came from', () => {
    expect(liftSays(here.editor, lifted('a'))).toBe('Picked up Window. Shop, step 1 of 3. Escape cancels.')
    here.editor.view.select('a', 'b')
    expect(lifted('a').ids).toEqual(['a', 'b'])
    expect(lifted('c').ids).toEqual(['c'])
  })

  it('goes between cards, with a line; its own place is not counted twice', () => {
    const found = at(lifted('c'), 220, 170)
    expect(found).toMatchObject({ target: { kind: 'cell', row: 'l1', column: 0, slot: 1 }, chip: '', says: 'Shop, step 1 of 3. Position 2 of 3.' })
    expect(found?.marks[0]).toMatchObject({ as: 'line', start: 154, width: 131 })
    expect(at(lifted('a'), 220, 220)?.says).toBe('Shop, step 1 of 3. Position 2 of 2.')
  })

  it('goes into an empty cell of another department, and says so', () => {
    const found = at(lifted('a'), 350, 250)
    expect(found).toMatchObject({ target: { row: 'l3', column: 1, slot: 0 }, chip: 'Shop → Care' })
    expect(found?.marks[0]?.as).toBe('cell')
  })

  it('means a new step where it is held at a border', () => {
    expect(at(lifted('a'), 283, 250)).toMatchObject({ border: 1, target: { kind: 'cell' } })
    expect(at(lifted('a'), 283, 250, 1)).toMatchObject({ target: { kind: 'new-step', border: 1 }, chip: 'New step' })
    expect(at(lifted('a'), 283, 250, 2)).toMatchObject({ target: { kind: 'cell' } })
  })

  it('goes nowhere over other rows and beside the map', () => {
    expect(at(lifted('a'), 220, 320)).toBeNull()
    expect(at(lifted('a'), 100, 150)).toBeNull()
  })

  it('as a note keeps to its row', () => {
    expect(at(lifted('n'), 350, 150)?.target).toEqual({ kind: 'cell', row: 'notes', column: 1, slot: 0 })
  })

  it('cannot be lifted by who may not draw', () => {
    here.editor.view.mode.set('read')
    expect(liftOf(here.editor, 'a', null, 0)).toBeNull()
    expect(liftFeeling(here.editor, 'p1')).toBeNull()
  })
})

it('a step goes to either side of the step under the hand', () => {
  expect(at(lifted('p1'), 500, 20)).toMatchObject({ target: { column: 2, isAfter: true }, chip: 'Choose → Use' })
  expect(at(lifted('p1'), 420, 20)?.target).toMatchObject({ column: 2, isAfter: false })
  expect(at(lifted('p1'), 5, 20)?.target).toMatchObject({ column: 0, isAfter: false })
})

it('a stage goes to either side of the whole stage', () => {
  expect(at(lifted('s2'), 280, 20)?.target).toEqual({ kind: 'column', column: 0, isAfter: false })
  expect(at(lifted('s2'), 290, 20)?.target).toEqual({ kind: 'column', column: 1, isAfter: true })
})

it('a lane goes above or below a lane, wherever the hand is sideways', () => {
  expect(at(lifted('l3'), 40, 120)?.target).toEqual({ kind: 'lane', lane: 'l1', isAfter: false })
  expect(at(lifted('l3'), 40, 220)?.target).toEqual({ kind: 'lane', lane: 'l1', isAfter: true })
  expect(at(lifted('l3'), 40, 350)).toBeNull()
})

it('a promise moves with both ends, or by one that stops at the other', () => {
  here.editor.session.do('Shorter', [{ op: 'set', type: 'promise', id: 'q', fields: { tested_in: 'p2' } }])
  expect(at(lifted('q', null, 0), 350, 420)?.target).toEqual({ kind: 'ends', made: 1, tested: 2 })
  expect(at(lifted('q', null, 0), 500, 420)?.target).toEqual({ kind: 'ends', made: 1, tested: 2 })
  expect(at(lifted('q', 'tested_in', 1), 500, 420)?.target).toEqual({ kind: 'ends', made: 0, tested: 2 })
  expect(at(lifted('q', 'made_in', 0), 500, 420)?.target).toEqual({ kind: 'ends', made: 1, tested: 1 })
})

it('a feeling takes one of five heights, and no more', () => {
  const lift = liftFeeling(here.editor, 'p1') as Lift
  expect([0, 311, 345, 379, 900].map((y) => (at(lift, 220, y)?.target as { value?: number }).value)).toEqual([2, 2, 0, -2, -2])
  expect(at(lift, 220, 345)?.chip).toBe('Neutral')
})
