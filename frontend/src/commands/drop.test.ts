import { beforeEach, describe, expect, it } from 'vitest'
import { cellKey } from '../model/records'
import type { Lift, Target } from '../store/lift'
import { SHOP, record } from '../store/testing/records'
import { land } from './drop'
import { liftOf } from './lift'
import { type Bench, bench } from './testing/editor'

let here: Bench

beforeEach(async () => {
  here = await bench([...SHOP, record('lane', 'l3', { kind: 'department', department: 'care', position: 'n2' })])
})

const inCell = (step: string, lane = 'l1') => here.editor.store.inCell(cellKey('touchpoint', step, lane))
const undoable = () => here.editor.session.history.undoable.get().length

function drop(id: string, target: Target, isCopy = false, ...along: string[]): boolean {
  if (along.length) here.editor.view.select(id, ...along)
  return land(here.editor, liftOf(here.editor, id, null, 0) as Lift, target, isCopy, 'There.')
}

const cell = (column: number, slot = 0, row = 'l1'): Target => ({ kind: 'cell', row, column, slot })

describe('a card', () => {
  it('lands between two cards, in another lane, in one gesture', () => {
    expect(drop('c', cell(0, 1))).toBe(true)
    expect(inCell('p1')).toEqual(['a', 'c', 'b'])
    drop('c', cell(2, 0, 'l3'))
    expect(inCell('p3', 'l3')).toEqual(['c'])
    expect(undoable()).toBe(2)
    expect(here.prompts.announce).toHaveBeenLastCalledWith('Dropped in There. Undo with Control Z.')
    expect(here.editor.view.cursor.get()).toEqual({ row: 'l3', step: 'p3', item: 'c' })
  })

  it('that would stay where it is makes no gesture', () => {
    for (const slot of [0, 1]) expect(drop('a', cell(0, slot))).toBe(false)
    expect(drop('b', cell(0, 2))).toBe(false)
    expect(undoable()).toBe(0)
  })

  it('goes past its neighbour in its own cell', () => {
    drop('a', cell(0, 2))
    expect(inCell('p1')).toEqual(['b', 'a'])
  })

  it('is copied, and what was grabbed stays', () => {
    drop('a', cell(1, 0), true)
    expect(inCell('p1')).toEqual(['a', 'b'])
    const [copy, other] = inCell('p2')
    expect(other).toBe('c')
    expect(here.editor.store.get(copy)?.fields).toMatchObject({ title: 'Window', notes: 'Warm light', emotion: 1 })
    expect([...here.editor.view.selection.get()]).toEqual([copy])
  })

  it('that somebody deleted meanwhile is not dropped', () => {
    const lift = liftOf(here.editor, 'a', null, 0) as Lift
    here.editor.session.do('Deleted', [{ op: 'remove', type: 'touchpoint', id: 'a' }])
    expect(land(here.editor, lift, cell(1), false, '')).toBe(false)
    expect(here.prompts.toast).toHaveBeenCalled()
  })

  it('is accepted by the server as it was shown', async () => {
    drop('c', cell(0, 1))
    await here.settled()
    expect(here.told.refused).not.toHaveBeenCalled()
    expect(inCell('p1')).toEqual(['a', 'c', 'b'])
  })
})

describe('a selection', () => {
  it('keeps its distances and its order', () => {
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

describe('between two steps', () => {
  it('a card makes a step of its own in the stage to the left', () => {
    drop('a', { kind: 'new-step', row: 'l1', border: 2 })
    const made = here.editor.order.get().columns[2]
    expect(made?.stage).toBe('s1')
    expect(inCell(made?.step ?? '')).toEqual(['a'])
    expect(undoable()).toBe(1)
  })

  it('before the first step it is the first stage', () => {
    drop('c', { kind: 'new-step', row: 'l1', border: 0 })
    expect(here.editor.order.get().columns[0]).toMatchObject({ stage: 's1' })
    expect(inCell(here.editor.order.get().columns[0]?.step ?? '')).toEqual(['c'])
  })
})

describe('heads', () => {
  const columns = () => here.editor.order.get().columns.map((column) => column.step)

  it('a step goes into another stage, but not the last of its own', () => {
    expect(drop('p3', { kind: 'column', column: 0, isAfter: true })).toBe(false)
    expect(here.prompts.toast).toHaveBeenCalledWith(expect.stringContaining('at least one step'))
    expect(drop('p1', { kind: 'column', column: 2, isAfter: false })).toBe(true)
    expect(columns()).toEqual(['p2', 'p1', 'p3'])
    expect(here.editor.store.get('p1')?.fields['stage']).toBe('s2')
  })

  it('a stage takes its steps along', () => {
    drop('s2', { kind: 'column', column: 0, isAfter: false })
    expect(columns()).toEqual(['p3', 'p1', 'p2'])
    expect(drop('s2', { kind: 'column', column: 0, isAfter: true })).toBe(false)
  })

  it('a lane goes above another', () => {
    drop('l3', { kind: 'lane', lane: 'l1', isAfter: false })
    expect(here.editor.order.get().lanes).toEqual(['l3', 'l1', 'l2'])
    expect(drop('l3', { kind: 'lane', lane: 'l1', isAfter: false })).toBe(false)
  })
})

it('a promise gets its ends, and only when they change', () => {
  expect(drop('q', { kind: 'ends', made: 0, tested: 2 })).toBe(false)
  drop('q', { kind: 'ends', made: 1, tested: 2 })
  expect(here.editor.store.get('q')?.fields).toMatchObject({ made_in: 'p2', tested_in: 'p3' })
})

it('a feeling sets every touchpoint of its step at once', () => {
  const lift: Lift = { kind: 'feeling', id: 'p1', ids: ['p1'], end: null, column: 0, from: '' }
  land(here.editor, lift, { kind: 'feeling', column: 0, value: -1 }, false, '')
  expect(['a', 'b'].map((id) => here.editor.store.get(id)?.fields['emotion'])).toEqual([-1, -1])
  expect(undoable()).toBe(1)
  expect(land(here.editor, lift, { kind: 'feeling', column: 0, value: -1 }, false, '')).toBe(false)
})
