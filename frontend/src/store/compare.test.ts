import { expect, it } from 'vitest'
import type { Item, Snapshot } from '../model/records'
import { withPair, withVersion } from './compare'
import { Order } from './outline'
import { SHOP, loaded, record, snapshot } from './testing/records'

const then = (...records: Item[]) => snapshot(...records) as Snapshot
const changed = (id: string, fields: object) => SHOP.map((item) => (item.id === id ? { ...item, fields: { ...item.fields, ...fields } } : item))

it('an earlier version: what came, what changed, what went, and how it felt', () => {
  const store = loaded(...SHOP)
  const outline = new Order(store).get()
  const earlier = changed('a', { title: 'Display', emotion: -1, position: 'n5' }).filter((item) => item.id !== 'c')
  const found = withVersion(store, outline, then(...earlier, record('note', 'old', { title: 'Old', step: 'p1', position: 'n9' }), record('person', 'p', { name: 'P' })), 'version 3')
  expect(found).toEqual({ label: 'version 3', feelings: [-1.5, null, null], added: new Set(['c']), changed: new Set(['a']), removed: ['Old'] })
})

it('a place that moved because a neighbour came is no change; what has no title is still told of', () => {
  const store = loaded(...changed('b', { position: 'n7' }))
  const found = withVersion(store, new Order(store).get(), then(...SHOP, { type: 'promise', id: 'x', version: 1, fields: {} }), '')
  expect([found.changed.size, found.removed]).toEqual([0, ['']])
})

it('its pair: only how that feels, its steps stretched over ours', () => {
  const outline = new Order(loaded(...SHOP)).get()
  const other = (...steps: number[]) => then(
    record('stage', 'S', { title: 'S', position: 'n0' }),
    record('lane', 'L', { kind: 'customer', position: 'n0' }),
    ...steps.flatMap((emotion, at) => [
      record('step', `P${at}`, { title: 'P', stage: 'S', position: `n${at}` }),
      record('touchpoint', `T${at}`, { title: 'T', step: `P${at}`, lane: 'L', position: 'n0', emotion }),
    ]),
  )
  expect(withPair(outline, other(-2, 2), 'To be').feelings).toEqual([-2, 2, 2])
  expect(withPair(outline, other(1), 'To be').feelings).toEqual([1, 1, 1])
  expect(withPair(outline, other(), 'To be')).toMatchObject({ label: 'To be', feelings: [null, null, null], removed: [] })
})
