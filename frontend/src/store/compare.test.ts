import { expect, it } from 'vitest'
import type { Item, Snapshot } from '../model/records'
import { compareWithPair, compareWithVersion } from './compare'
import { OutlineCache } from './outline'
import { SHOP, storeWith, record, snapshot } from './testing/records'

const then = (...records: Item[]) => snapshot(...records) as Snapshot
const changed = (id: string, fields: object) =>
  SHOP.map((item) => (item.id === id ? { ...item, fields: { ...item.fields, ...fields } } : item))

it('compares with an earlier version: added, changed, removed, emotions', () => {
  const store = storeWith(...SHOP)
  const outline = new OutlineCache(store).get()
  const earlier = changed('a', { title: 'Display', emotion: -1, position: 'n5' }).filter((item) => item.id !== 'c')
  const result = compareWithVersion(
    store,
    outline,
    then(
      ...earlier,
      record('note', 'old', { title: 'Old', step: 'p1', position: 'n9' }),
      record('person', 'p', { name: 'P' }),
    ),
    'version 3',
  )
  expect(result).toEqual({
    label: 'version 3',
    emotions: [-1.5, null, null],
    added: new Set(['c']),
    changed: new Set(['a']),
    removed: ['Old'],
  })
})

it('ignores positions changed by new neighbors, and lists untitled removed records', () => {
  const store = storeWith(...changed('b', { position: 'n7' }))
  const result = compareWithVersion(
    store,
    new OutlineCache(store).get(),
    then(...SHOP, { type: 'promise', id: 'x', version: 1, fields: {} }),
    '',
  )
  expect([result.changed.size, result.removed]).toEqual([0, ['']])
})

it('compares with the pair by emotion only, stretched over the columns', () => {
  const outline = new OutlineCache(storeWith(...SHOP)).get()
  const other = (...steps: number[]) =>
    then(
      record('stage', 'S', { title: 'S', position: 'n0' }),
      record('lane', 'L', { kind: 'customer', position: 'n0' }),
      ...steps.flatMap((emotion, at) => [
        record('step', `P${at}`, { title: 'P', stage: 'S', position: `n${at}` }),
        record('touchpoint', `T${at}`, { title: 'T', step: `P${at}`, lane: 'L', position: 'n0', emotion }),
      ]),
    )
  expect(compareWithPair(outline, other(-2, 2), 'To be').emotions).toEqual([-2, 2, 2])
  expect(compareWithPair(outline, other(1), 'To be').emotions).toEqual([1, 1, 1])
  expect(compareWithPair(outline, other(), 'To be')).toMatchObject({
    label: 'To be',
    emotions: [null, null, null],
    removed: [],
  })
})
