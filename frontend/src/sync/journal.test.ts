import { IDBFactory } from 'fake-indexeddb'
import { expect, it } from 'vitest'
import { openJournal } from './journal'

const entry = (gesture: string, at: number, journey = 'j') => ({ gesture, journey, label: gesture, at, undo: 'x' })

it.each([
  ['IndexedDB', () => new IDBFactory() as unknown as IDBFactory],
  ['memory, where there is none', () => undefined],
])('keeps gestures of a journey in order (%s)', async (_, factory) => {
  const journal = await openJournal(factory())
  await journal.put(entry('a', 1))
  await journal.put(entry('b', 2))
  await journal.put(entry('c', 3, 'another'))
  expect((await journal.all('j')).map((one) => one.gesture)).toEqual(['a', 'b'])
  await journal.remove('a')
  expect((await journal.all('j')).map((one) => one.gesture)).toEqual(['b'])
})

it('outlives the page', async () => {
  const factory = new IDBFactory() as unknown as IDBFactory
  await (await openJournal(factory)).put(entry('a', 1))
  expect(await (await openJournal(factory)).all('j')).toHaveLength(1)
})
