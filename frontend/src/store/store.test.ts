import { describe, expect, it, vi } from 'vitest'
import { type Item, type Snapshot, cellKey } from '../model/records'
import { invertDiff } from './patches'
import { Store } from './store'

const stage = (id: string, position: string, title = id): Item => ({
  type: 'stage',
  id,
  version: 1,
  fields: { title, position },
})
const card = (id: string, step: string, position: string, fields = {}): Item => ({
  type: 'touchpoint',
  id,
  version: 1,
  fields: { title: id, step, lane: 'l', position, ...fields },
})
const snapshot = (...records: Item[]) => ({ records }) as unknown as Pick<Snapshot, 'records'>
const titleOf = (store: Store, id: string) => store.get(id)?.fields['title']

function loaded(...records: Item[]): Store {
  const store = new Store()
  store.load(snapshot(...records))
  return store
}

describe('shown state', () => {
  it('is the confirmed state, in cells and in order', () => {
    const store = loaded(card('b', 's', 'n1'), card('a', 's', 'n0'), card('c', 't', 'n0'))
    expect(store.inCell(cellKey('touchpoint', 's', 'l'))).toEqual(['a', 'b'])
    expect(store.ofType('touchpoint')).toHaveLength(3)
    expect(store.inCell('touchpoint|nowhere|l')).toEqual([])
    expect(store.get(null)).toBeUndefined()
  })

  it('keeps a pending value until its gesture is settled', () => {
    const store = loaded(stage('a', 'n0'))
    store.show({ gesture: 'g', patches: [{ kind: 'set', id: 'a', fields: { title: 'mine' } }] })
    store.confirm({ gesture: 'other', version: 2 }, [
      { op: 'set', type: 'stage', id: 'a', before: {}, after: { title: 'theirs', summary: 'new' } },
    ])
    expect(store.get('a')?.fields).toMatchObject({ title: 'mine', summary: 'new' })
    store.confirm({ gesture: 'g', version: 3 }, [
      { op: 'set', type: 'stage', id: 'a', before: {}, after: { title: 'mine, canonical' } },
    ])
    expect(titleOf(store, 'a')).toBe('mine, canonical')
    expect(store.pending).toEqual([])
  })

  it('is rolled back when a gesture is rejected', () => {
    const store = loaded(stage('a', 'n0'))
    store.show({
      gesture: 'g',
      patches: [
        { kind: 'set', id: 'a', fields: { title: 'x' } },
        { kind: 'add', item: stage('b', 'n1') },
      ],
    })
    expect(store.inCell(cellKey('stage'))).toEqual(['a', 'b'])
    store.discard('g')
    store.discard('g')
    expect(store.inCell(cellKey('stage'))).toEqual(['a'])
    expect(titleOf(store, 'a')).toBe('a')
  })

  it('keeps a record removed under a pending change', () => {
    const store = loaded(stage('a', 'n0'))
    store.show({ gesture: 'g', patches: [{ kind: 'set', id: 'a', fields: { title: 'x' } }] })
    store.confirm({ gesture: 'other', version: 2 }, [{ op: 'remove', type: 'stage', id: 'a', before: {}, after: {} }])
    expect(store.get('a')).toBeUndefined()
    expect(store.ofType('stage')).toEqual([])
  })

  it('is replaced except for records of other streams', () => {
    const store = loaded(stage('a', 'n0'), stage('b', 'n1'), {
      type: 'person',
      id: 'p',
      version: 1,
      fields: { name: 'P' },
    })
    store.replace(snapshot(stage('b', 'n1', 'B'), stage('c', 'n2')))
    expect(store.inCell(cellKey('stage'))).toEqual(['b', 'c'])
    expect(titleOf(store, 'b')).toBe('B')
    expect(store.get('p')).toBeDefined()
  })
})

describe('notifications', () => {
  it('reach only subscribers of what changed, once per batch', () => {
    const store = loaded(stage('a', 'n0'), stage('b', 'n1'))
    const calls = { a: vi.fn(), b: vi.fn(), cell: vi.fn(), type: vi.fn(), moved: vi.fn(), every: vi.fn() }
    const cleanup = store.subscribe('a', calls.a)
    store.subscribe('b', calls.b)
    store.subscribe(cellKey('stage'), calls.cell)
    store.subscribe('type:stage', calls.type)
    store.subscribe('moved:stage', calls.moved)
    store.subscribe('every:stage', calls.every)
    store.show({
      gesture: 'g',
      patches: [
        { kind: 'set', id: 'a', fields: { title: 'x' } },
        { kind: 'set', id: 'a', fields: { summary: 'y' } },
      ],
    })
    const times = () => Object.values(calls).map((listener) => listener.mock.calls.length)
    expect(times()).toEqual([1, 0, 0, 0, 0, 1])
    store.show({ gesture: 'h', patches: [{ kind: 'set', id: 'a', fields: { position: 'n2' } }] })
    expect(times()).toEqual([2, 0, 1, 0, 1, 2])
    cleanup()
    store.show({ gesture: 'i', patches: [{ kind: 'remove', id: 'a' }] })
    expect(times()).toEqual([2, 0, 2, 1, 2, 3])
  })

  it('are not needed while arrays keep their identity', () => {
    const store = loaded(stage('a', 'n0'))
    const before = [store.inCell(cellKey('stage')), store.ofType('stage')]
    store.show({ gesture: 'g', patches: [{ kind: 'set', id: 'a', fields: { title: 'x' } }] })
    expect(store.inCell(cellKey('stage'))).toBe(before[0])
    expect(store.ofType('stage')).toBe(before[1])
  })
})

describe('inverted diffs', () => {
  it('revert additions, removals and changes, and leave other fields alone', () => {
    const store = loaded(stage('a', 'n0'), stage('b', 'n1'))
    const diff = store.show({
      gesture: 'g',
      patches: [
        { kind: 'set', id: 'a', fields: { title: 'x' } },
        { kind: 'remove', id: 'b' },
        { kind: 'add', item: stage('c', 'n2') },
      ],
    })
    store.confirm({ gesture: 'other', version: 2 }, [
      { op: 'set', type: 'stage', id: 'a', before: {}, after: { summary: 'theirs' } },
    ])
    store.show({ gesture: 'u', patches: invertDiff(diff) })
    expect(store.inCell(cellKey('stage'))).toEqual(['a', 'b'])
    expect(store.get('a')?.fields).toMatchObject({ title: 'a', summary: 'theirs' })
  })

  it('compare lists by content', () => {
    const store = loaded({ ...stage('a', 'n0'), fields: { title: 'a', position: 'n0', trend: [1, 2] } })
    const diff = store.show({
      gesture: 'g',
      patches: [{ kind: 'set', id: 'a', fields: { title: 'x', trend: [1, 2] } }],
    })
    expect(invertDiff(diff)).toEqual([{ kind: 'set', id: 'a', fields: { title: 'a' } }])
  })
})
