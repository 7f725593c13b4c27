import { beforeEach, describe, expect, it } from 'vitest'
import { type Item, type Snapshot, cellKey } from '../model/records'
import { type OpDraft, planPatches } from './planPatches'
import { Store } from './store'

let store: Store

const record = (type: string, id: string, fields: Item['fields']): Item => ({ type, id, version: 1, fields })

beforeEach(() => {
  store = new Store()
  const records = [
    record('stage', 's1', { title: 'One', position: 'n0' }),
    record('stage', 's2', { title: 'Two', position: 'n1' }),
    record('step', 'p1', { stage: 's1', title: 'First', position: 'n0' }),
    record('step', 'p2', { stage: 's2', title: 'Second', position: 'n0' }),
    record('lane', 'l', { kind: 'customer', position: 'n0' }),
    record('touchpoint', 'a', { step: 'p1', lane: 'l', title: 'A', position: 'n0' }),
    record('touchpoint', 'b', { step: 'p1', lane: 'l', title: 'B', position: 'n1' }),
    record('promise', 'q', { made_in: 'p1', tested_in: 'p2', title: 'Q' }),
    record('note', 'n', { step: 'p1', title: 'N', position: 'n0' }),
  ]
  store.load({ records } as unknown as Pick<Snapshot, 'records'>)
})

function after(...ops: OpDraft[]): readonly string[] {
  store.show({ gesture: String(Math.random()), patches: planPatches(store, 'j', ops) })
  return store.inCell(cellKey('touchpoint', 'p1', 'l'))
}

const move = (id: string, place: OpDraft['place']): OpDraft => ({
  op: 'move',
  type: 'touchpoint',
  id,
  ...(place ? { place } : {}),
})

describe('positions', () => {
  it('are after the given record, first for null, last if it is omitted or missing', () => {
    expect(after(move('b', { step: 'p1', lane: 'l', after: null }))).toEqual(['b', 'a'])
    expect(after(move('b', { step: 'p1', lane: 'l', after: 'a' }))).toEqual(['a', 'b'])
    expect(after(move('a', { step: 'p1', lane: 'l' }))).toEqual(['b', 'a'])
    expect(after(move('b', { step: 'p1', lane: 'l', after: 'elsewhere' }))).toEqual(['a', 'b'])
  })

  it('take records added by the same gesture into account', () => {
    const add = (id: string, before: string): OpDraft => ({
      op: 'add',
      type: 'touchpoint',
      id,
      fields: { title: id },
      place: { step: 'p1', lane: 'l', after: before },
    })
    expect(after(add('c', 'a'), add('d', 'c'))).toEqual(['a', 'c', 'd', 'b'])
  })

  it('reuse a key if two siblings leave no room', () => {
    store.show({ gesture: 'tie', patches: [{ kind: 'set', id: 'b', fields: { position: 'n0' } }] })
    expect(
      after({ op: 'add', type: 'touchpoint', id: 'c', place: { step: 'p1', lane: 'l', after: 'a' } }),
    ).toHaveLength(3)
  })
})

describe('cascades', () => {
  it('remove all children of a removed record', () => {
    after({ op: 'remove', type: 'stage', id: 's1' })
    expect(['s1', 'p1', 'a', 'b', 'q', 'n'].map((id) => store.get(id))).toEqual(Array(6).fill(undefined))
    expect(store.get('p2')).toBeDefined()
  })

  it('remove a promise with either of its steps', () => {
    after(
      { op: 'add', type: 'step', id: 'p3', place: { stage: 's1' } },
      { op: 'add', type: 'promise', id: 'r', fields: { made_in: 'p1', tested_in: 'p3' } },
      { op: 'remove', type: 'step', id: 'p3' },
    )
    expect(store.get('r')).toBeUndefined()
  })

  it('include records added by the same gesture', () => {
    after(
      { op: 'add', type: 'step', id: 'p3', place: { stage: 's1' } },
      { op: 'add', type: 'touchpoint', id: 'c', place: { step: 'p3', lane: 'l' } },
      { op: 'remove', type: 'step', id: 'p3' },
    )
    expect(store.get('c')).toBeUndefined()
  })
})

describe('missing records', () => {
  it('are neither changed, moved nor removed', () => {
    const removed: OpDraft[] = [
      { op: 'set', type: 'touchpoint', id: 'x', fields: { title: 'X' } },
      { op: 'set', type: 'touchpoint', id: 'x' },
      move('x', { step: 'p1', lane: 'l' }),
      { op: 'remove', type: 'touchpoint', id: 'x' },
    ]
    expect(planPatches(store, 'j', removed)).toEqual([])
  })
})

it('fills a new record with defaults, and sets the journey of stages and lanes', () => {
  after({ op: 'add', type: 'stage', id: 's3', fields: { title: 'Three' }, place: { after: 's1' } })
  expect(store.get('s3')?.fields).toMatchObject({ journey: 'j', title: 'Three', time_span: '' })
  expect(store.inCell(cellKey('stage'))).toEqual(['s1', 's3', 's2'])
})

it('moves within the cell if no other is given', () => {
  expect(after(move('a', { after: 'b' }))).toEqual(['b', 'a'])
  expect(after(move('a', undefined))).toEqual(['b', 'a'])
})
