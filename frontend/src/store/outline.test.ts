/** Values derived from the records: outline, filter, comments. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { StageOwnership } from '../model/ownership'
import { Comments } from './comments'
import { StoreSelector } from './storeSelector'
import { matchesFilter } from './filter'
import { OutlineCache, cardsInCell, meanEmotion, touchpointsOfStep, visibleLanes } from './outline'
import type { Patch } from './patches'
import { SortedGroups } from './sortedGroups'
import type { Store } from './store'
import { SHOP, storeWith, record } from './testing/records'
import { type Filter, NO_FILTER } from './editorState'

let store: Store

beforeEach(() => void (store = storeWith(...SHOP)))

const show = (...patches: Patch[]) => store.show({ gesture: String(Math.random()), patches })

describe('the outline', () => {
  it('has a column for each step and marks the first of each stage', () => {
    const { stages, lanes, columns } = new OutlineCache(store).get()
    expect([stages, lanes]).toEqual([
      ['s1', 's2'],
      ['l1', 'l2'],
    ])
    expect(columns).toEqual([
      { step: 'p1', stage: 's1', number: 0, isFirst: true },
      { step: 'p2', stage: 's1', number: 1, isFirst: false },
      { step: 'p3', stage: 's2', number: 2, isFirst: true },
    ])
  })

  it('keeps its identity until stages, steps or lanes change', () => {
    const order = new OutlineCache(store)
    const listener = vi.fn()
    const cleanup = order.subscribe(listener)
    const before = order.get()
    show({ kind: 'set', id: 'p1', fields: { title: 'New' } }, { kind: 'set', id: 'a', fields: { position: 'n5' } })
    expect(order.get()).toBe(before)
    expect(listener).not.toHaveBeenCalled()
    show({ kind: 'set', id: 'p1', fields: { position: 'n2' } })
    expect(order.get().columns.map((column) => column.step)).toEqual(['p2', 'p1', 'p3'])
    show({ kind: 'set', id: 'p3', fields: { stage: 's1', position: 'n9' } })
    expect(order.get().columns.map((column) => column.stage)).toEqual(['s1', 's1', 's1'])
    show({ kind: 'remove', id: 'l2' })
    expect(order.get().lanes).toEqual(['l1'])
    expect(listener).toHaveBeenCalledTimes(3)
    cleanup()
    show({ kind: 'remove', id: 'p1' })
    expect(listener).toHaveBeenCalledTimes(3)
    expect(order.get().columns).toHaveLength(2)
  })

  it('shows department lanes and others with cards, without hidden ones, pinned first', () => {
    const { lanes, columns } = new OutlineCache(store).get()
    const rows = { hidden: [], collapsed: [], pinned: [] }
    expect(visibleLanes(store, lanes, rows, columns)).toEqual(['l1'])
    expect(visibleLanes(store, ['l2'], rows, columns)).toEqual(['l2']) // the only lane is shown even if empty
    show({ kind: 'set', id: 'c', fields: { lane: 'l2' } })
    expect(visibleLanes(store, lanes, rows, columns)).toEqual(['l1', 'l2'])
    expect(visibleLanes(store, lanes, { ...rows, pinned: ['l2'] }, columns)).toEqual(['l2', 'l1'])
    expect(visibleLanes(store, lanes, { ...rows, hidden: ['l1'] }, columns)).toEqual(['l2'])
  })

  it('lists the cards of a step in lane order, and their mean emotion', () => {
    expect(cardsInCell(store, 'p1', 'l1')).toEqual(['a', 'b'])
    show({ kind: 'set', id: 'a', fields: { lane: 'l2' } })
    expect(touchpointsOfStep(store, 'p1', ['l1', 'l2'])).toEqual(['b', 'a'])
    expect(meanEmotion(store, 'p1', ['l1', 'l2'])).toBe(-0.5)
    expect(meanEmotion(store, 'p2', ['l1', 'l2'])).toBeNull()
  })
})

describe('a filter', () => {
  const owned = new Map([['s2', { state: 'owned' } as StageOwnership]])
  const pass = (filter: Partial<Filter>) =>
    SHOP.filter(
      (item) =>
        item.type === 'touchpoint' &&
        matchesFilter(store, new Comments(store), owned, { ...NO_FILTER, ...filter }, item.id),
    ).map((item) => item.id)

  it('matches everything when empty, and all other record types', () => {
    const comments = new Comments(store)
    expect(matchesFilter(store, comments, owned, NO_FILTER, 'a')).toBe(true)
    expect(matchesFilter(store, comments, owned, { ...NO_FILTER, text: 'x' }, 's1')).toBe(true)
    expect(matchesFilter(store, comments, owned, { ...NO_FILTER, text: 'x' }, 'nowhere')).toBe(true)
  })

  it.each<[string, Partial<Filter>, string[]]>([
    ['words of title', { text: ' shelf ' }, ['b']],
    ['words of notes', { text: 'LIGHT' }, ['a']],
    ['a department', { department: 'shop' }, ['a', 'b', 'c', 'd']],
    ['another department', { department: 'care' }, []],
    ['a feeling', { emotion: -2 }, ['b']],
    ['moments of truth', { only: 'truth' }, ['d']],
    ['stages that nobody answers for alone', { only: 'contested' }, ['a', 'b', 'c']],
    ['all', { emotion: 1, only: 'all' }, ['a']],
  ])('lets through by %s', (_, filter, ids) => expect(pass(filter)).toEqual(ids))

  it('matches touchpoints with open comments', () => {
    show({ kind: 'add', item: comment('x', 'a', '1') })
    expect(pass({ only: 'comments' })).toEqual(['a'])
  })
})

const comment = (id: string, subject: string, at: string, fields = {}) =>
  record('comment', id, { subject_id: subject, thread: null, body: id, made_at: at, resolved_at: null, ...fields })

describe('comments', () => {
  it('are threads by subject, oldest first, with replies', () => {
    show(
      { kind: 'add', item: comment('y', 'a', '2') },
      { kind: 'add', item: comment('x', 'a', '1') },
      { kind: 'add', item: comment('re', 'a', '3', { thread: 'x' }) },
      { kind: 'add', item: comment('gone', 'nowhere', '4') },
    )
    const comments = new Comments(store)
    expect(comments.threadsAbout('a').map(({ root, replies }) => [root.id, replies.map((item) => item.id)])).toEqual([
      ['x', ['re']],
      ['y', []],
    ])
    expect(comments.threadsAbout('b')).toEqual([])
    expect(comments.allThreads().map((thread) => thread.root.id)).toEqual(['x', 'y'])
    expect(comments.openCommentCount('a')).toBe(3)
    expect(comments.openThreadCount()).toBe(2)
  })

  it('are updated on changes; resolved threads do not count', () => {
    const comments = new Comments(store)
    const listener = vi.fn()
    const cleanup = comments.subscribe(listener)
    expect(comments.allThreads()).toEqual([])
    show({ kind: 'add', item: comment('x', 'a', '1') })
    expect(comments.openCommentCount('a')).toBe(1)
    show({ kind: 'set', id: 'x', fields: { resolved_at: 'now' } })
    expect(comments.openCommentCount('a')).toBe(0)
    expect(comments.openThreadCount()).toBe(0)
    cleanup()
    show({ kind: 'remove', id: 'x' })
    expect(listener).toHaveBeenCalledTimes(2)
    expect(comments.threadsAbout('a')).toEqual([])
  })
})

describe('StoreSelector', () => {
  it('computes once until a record changes, and never returns an outdated value', () => {
    const workOut = vi.fn(() => store.ofType('stage').length)
    const derived = new StoreSelector(store, ['every:stage', 'every:step'], workOut)
    const seen: number[] = []
    const cleanup = derived.subscribe(() => seen.push(derived.get()))
    expect([derived.get(), derived.get()]).toEqual([2, 2])
    expect(workOut).toHaveBeenCalledTimes(1)
    show({ kind: 'remove', id: 's2' })
    expect(seen).toEqual([1])
    show({ kind: 'set', id: 'a', fields: { title: 'no stage' } })
    expect(workOut).toHaveBeenCalledTimes(2)
    cleanup()
    show({ kind: 'remove', id: 's1' })
    expect([seen, derived.get()]).toEqual([[1], 0])
  })
})

describe('SortedGroups', () => {
  it('keeps insertion order without keys', () => {
    const groups = new SortedGroups()
    groups.move('b', undefined, 'x')
    groups.move('a', undefined, 'x')
    expect(groups.idsIn('x')).toEqual(['b', 'a'])
    groups.move('b', 'x', undefined)
    groups.move('a', 'x', 'y')
    expect([groups.idsIn('x'), groups.idsIn('y')]).toEqual([[], ['a']])
    groups.move('c', 'never', undefined)
    expect(groups.idsIn('never')).toEqual([])
  })

  it('sorts by key, then id', () => {
    const keys: Record<string, string> = { a: 'n1', b: 'n0', c: 'n1' }
    const groups = new SortedGroups((id) => keys[id] ?? '')
    for (const id of ['c', 'a', 'b']) groups.move(id, undefined, 'x')
    expect(groups.idsIn('x')).toEqual(['b', 'a', 'c'])
    expect(groups.idsIn('x')).toBe(groups.idsIn('x'))
    keys['b'] = 'n2'
    groups.move('b', 'x', 'x')
    expect(groups.idsIn('x')).toEqual(['a', 'c', 'b'])
  })
})
