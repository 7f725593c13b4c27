import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Journal, openJournal } from './journal'

const entry = (gesture: string, at: number, journey = 'j') => ({ gesture, journey, label: gesture, at, undo: 'x' })
const fresh = () => new IDBFactory() as unknown as IDBFactory
const gestures = async (journal: Journal) => (await journal.all('j')).map((entry) => entry.gesture)

beforeEach(() => localStorage.clear())

type Storages = readonly [Storage | null, IDBFactory | undefined]

describe.each<[string, () => Storages, boolean]>([
  ['IndexedDB and localStorage', () => [localStorage, fresh()], false],
  ['IndexedDB alone', () => [null, fresh()], false],
  ['localStorage alone', () => [localStorage, undefined], false],
  ['neither', () => [null, undefined], true],
  ['storages that refuse everything', () => [broken(), brokenFactory()], true],
])('a journal in %s', (_, storages, isLost) => {
  it('stores gestures of a journey in order', async () => {
    const journal = await openJournal('me', ...storages())
    await journal.put(entry('b', 2))
    await journal.put(entry('a', 1))
    await journal.put(entry('c', 3, 'another'))
    expect([await gestures(journal), journal.hasUnstored()]).toEqual([['a', 'b'], isLost])
    await journal.remove('a')
    expect(await gestures(journal)).toEqual(['b'])
  })
})

it('stores an entry synchronously, because the page may end', async () => {
  const factory = fresh()
  void (await openJournal('me', localStorage, factory)).put(entry('a', 1))
  expect(await gestures(await openJournal('me', localStorage, undefined))).toEqual(['a'])
})

it('keeps an entry in localStorage until IndexedDB has committed it', async () => {
  const factory = fresh()
  const journal = await openJournal('me', localStorage, factory)
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore) {
    this.transaction.abort() // as when the page ends
    return {} as IDBRequest<IDBValidKey>
  })
  await journal.put(entry('a', 1))
  expect([await gestures(journal), localStorage.length]).toEqual([['a'], 1])
  put.mockRestore()
})

it('survives the page, and holds each entry once', async () => {
  const factory = fresh()
  const journal = await openJournal('me', localStorage, factory)
  await journal.put(entry('a', 1))
  expect([await gestures(await openJournal('me', localStorage, factory)), localStorage.length]).toEqual([['a'], 0])
  // the page ended between the two writes
  localStorage.setItem('cxmap-gesture a', JSON.stringify({ ...entry('a', 1), user: 'me' }))
  localStorage.setItem('cxmap-gesture b', 'no JSON')
  expect(await gestures(journal)).toEqual(['a'])
})

it('never returns one user’s entries to another', async () => {
  const factory = fresh()
  await (await openJournal('ann', localStorage, factory)).put(entry('a', 1))
  const bobs = await openJournal('bob', localStorage, factory)
  await bobs.put(entry('b', 2))
  expect([
    await gestures(bobs),
    (await bobs.ofOtherUsers('j')).map((entry) => entry.gesture),
    await bobs.ofOtherUsers('another'),
  ]).toEqual([['b'], ['a'], []])
})

it('does not adopt an entry without an owner', async () => {
  localStorage.setItem('cxmap-gesture a', JSON.stringify(entry('a', 1)))
  const journal = await openJournal('me', localStorage, undefined)
  expect([await gestures(journal), (await journal.ofOtherUsers('j')).length]).toEqual([[], 1])
})

function broken(): Storage {
  const refuse = () => {
    throw new Error('QuotaExceededError')
  }
  return { setItem: refuse, removeItem: refuse, getItem: () => null, key: () => null, clear: refuse, length: 0 }
}

function brokenFactory(): IDBFactory {
  const factory = fresh()
  const open = factory.open.bind(factory)
  vi.spyOn(factory, 'open').mockImplementation((name) => {
    const request = open(name)
    request.addEventListener('success', () =>
      vi.spyOn(request.result, 'transaction').mockImplementation(() => {
        throw new Error('UnknownError')
      }),
    )
    return request
  })
  return factory
}
