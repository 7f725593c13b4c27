/** Records for tests: a small shop journey, or custom ones. */
import type { Fields, Id, Item, Snapshot } from '../../model/records'
import { DEFAULT_FIELDS } from '../../model/records'
import { Store } from '../store'

export function record(type: string, id: Id, fields: Fields = {}): Item {
  return { type, id, version: 1, fields: { ...DEFAULT_FIELDS[type], ...fields } }
}

/** Two stages with two steps and one step; a department lane with cards and an empty customer lane. */
export const SHOP: readonly Item[] = [
  record('department', 'shop', { name: 'Shop', is_archived: false }),
  record('stage', 's1', { title: 'Choose', position: 'n0' }),
  record('stage', 's2', { title: 'Use', position: 'n1' }),
  record('step', 'p1', { title: 'Look', stage: 's1', position: 'n0' }),
  record('step', 'p2', { title: 'Buy', stage: 's1', position: 'n1' }),
  record('step', 'p3', { title: 'Open', stage: 's2', position: 'n0' }),
  record('lane', 'l1', { kind: 'department', department: 'shop', position: 'n0' }),
  record('lane', 'l2', { kind: 'customer', position: 'n1' }),
  record('touchpoint', 'a', {
    title: 'Window',
    notes: 'Warm light',
    step: 'p1',
    lane: 'l1',
    position: 'n0',
    emotion: 1,
  }),
  record('touchpoint', 'b', { title: 'Shelf', step: 'p1', lane: 'l1', position: 'n1', emotion: -2 }),
  record('touchpoint', 'c', { title: 'Till', step: 'p2', lane: 'l1', position: 'n0' }),
  record('touchpoint', 'd', { title: 'Box', step: 'p3', lane: 'l1', position: 'n0', is_moment_of_truth: true }),
  record('note', 'n', { title: 'No signs', kind: 'pain', step: 'p1', position: 'n0' }),
  record('measure', 'm', { title: 'Waiting', step: 'p2', position: 'n0' }),
  record('promise', 'q', { title: 'Quick', made_in: 'p1', tested_in: 'p3' }),
]

export function snapshot(...records: readonly Item[]): Pick<Snapshot, 'records'> {
  return { records } as unknown as Pick<Snapshot, 'records'>
}

export function storeWith(...records: readonly Item[]): Store {
  const store = new Store()
  store.load(snapshot(...records))
  return store
}
