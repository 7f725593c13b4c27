import { expect, it } from 'vitest'
import { owners } from './owners'
import type { Fields, Item } from './records'

const TODAY = '2026-11-24'

function records(...items: [string, string, Fields][]) {
  const all = items.map(([type, id, fields]): Item => ({ type, id, version: 1, fields }))
  return {
    ofType: (type: string) => all.filter((item) => item.type === type).map((item) => item.id),
    get: (id: string) => all.find((item) => item.id === id),
  }
}

const person = (id: string, left: string | null = null): [string, string, Fields] => ['person', id, { name: id, left_on: left }]
const directs = (id: string, who: string, more: Fields = {}): [string, string, Fields] => ['directorship', id, { stage: 's', person: who, accepted_at: 'then', ended_at: null, ...more }]
const claims = (id: string, who: string, more: Fields = {}): [string, string, Fields] => ['claim', id, { stage: 's', person: who, kind: 'claim', withdrawn_at: null, ...more }]
const stateOf = (...items: [string, string, Fields][]) => owners(records(...items), TODAY).get('s')?.state

it('is vacant with nobody, with a proposal, with one claim', () => {
  expect(stateOf()).toBeUndefined()
  const found = owners(records(person('ann'), directs('d', 'ann', { accepted_at: null })), TODAY).get('s')
  expect(found).toMatchObject({ state: 'vacant', director: null, proposed: ['ann'] })
  expect(stateOf(person('ann'), claims('c', 'ann'))).toBe('vacant')
})

it('is owned by the one who accepted, whose own claim makes no contest', () => {
  const found = owners(records(person('ann'), directs('d', 'ann'), claims('c', 'ann')), TODAY).get('s')
  expect(found).toMatchObject({ state: 'owned', directorship: 'd', director: 'ann', claimants: ['ann'] })
  expect(stateOf(person('ann'), directs('d', 'ann', { ended_at: 'now' }))).toBeUndefined()
})

it('is contested by two persons, the director first', () => {
  const found = owners(records(claims('c', 'bob'), directs('d', 'ann')), TODAY).get('s')
  expect(found).toMatchObject({ state: 'contested', claimants: ['ann', 'bob'] })
  expect(stateOf(claims('c', 'bob', { withdrawn_at: 'now' }), directs('d', 'ann'), person('ann'))).toBe('owned')
  expect(stateOf(claims('c', 'bob', { kind: 'disclaimer' }), directs('d', 'ann'), person('ann'))).toBe('owned')
})

it('is orphaned when the director has left, unless a deputy stands in', () => {
  const deputy = (since: string, until: string | null): [string, string, Fields] => ['deputy', 'x', { directorship: 'd', person: 'bob', since, until }]
  const gone: [string, string, Fields][] = [person('ann', '2026-11-01'), directs('d', 'ann')]
  expect(stateOf(...gone)).toBe('orphaned')
  expect(stateOf(...gone, deputy('2026-01-01', null))).toBe('owned')
  expect(stateOf(...gone, deputy('2026-01-01', '2026-02-01'))).toBe('orphaned')
  expect(stateOf(...gone, deputy('2026-12-01', null))).toBe('orphaned')
  expect(stateOf(person('ann', '2026-12-01'), directs('d', 'ann'))).toBe('owned')
})
