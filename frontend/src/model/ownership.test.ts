import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { findAppointer, stageOwnership } from './ownership'
import type { Fields, Item } from './records'

interface Case {
  name: string
  /** Days from today; null for an open end. */
  person?: { left?: number; login?: boolean }
  placement?: { since?: number; until?: number | null; archived?: boolean } | null
  deputy?: { since?: number; until?: number | null; left?: number; login?: boolean }
  claims?: string[]
  withdrawn?: string[]
  disclaims?: string[]
  directs?: boolean
  ended?: boolean
  state: string
  claimants: string[]
  absence: string | null
}
// tests/ownership/test_absence.py tests the view of the server with the same file.
const { cases } = JSON.parse(readFileSync('../tests/ownership/owner_vectors.json', 'utf8')) as { cases: Case[] }
const TODAY = '2026-11-24'

function day(offset: number | null | undefined): string | null {
  return offset === null || offset === undefined
    ? null
    : new Date(Date.parse(TODAY) + offset * 86_400_000).toISOString().slice(0, 10)
}

function records(...items: [string, string, Fields][]) {
  const all = items.map(([type, id, fields]): Item => ({ type, id, version: 1, fields }))
  return {
    ofType: (type: string) => all.filter((item) => item.type === type).map((item) => item.id),
    get: (id: string) => all.find((item) => item.id === id),
  }
}

function statements(persons: string[] | undefined, kind: string, withdrawn: string | null): [string, string, Fields][] {
  return (persons ?? []).map((person, index) => [
    'claim',
    `${kind}-${String(withdrawn)}-${String(index)}`,
    { stage: 's', person, kind, ended_at: withdrawn },
  ])
}

it.each(cases)(
  '$name: $state',
  ({ person, placement, deputy, directs, ended, state, absence, claimants, ...claims }) => {
    const existing = records(
      ['person', 'ann', { name: 'Ann', member: 'm-ann', left_on: day(person?.left) }],
      ['person', 'bob', { name: 'Bob', member: 'm-bob', left_on: day(deputy?.left) }],
      ['department', 'care', { is_archived: placement?.archived ?? false }],
      ...(placement === null
        ? []
        : [
            [
              'placement',
              'p',
              { person: 'ann', department: 'care', since: day(placement?.since ?? -100), until: day(placement?.until) },
            ] as [string, string, Fields],
          ]),
      ...(directs === false
        ? []
        : [
            ['directorship', 'd', { stage: 's', person: 'ann', accepted_at: 'then', ended_at: null }] as [
              string,
              string,
              Fields,
            ],
          ]),
      ...(ended
        ? [
            ['directorship', 'e', { stage: 's', person: 'ann', accepted_at: 'then', ended_at: 'now' }] as [
              string,
              string,
              Fields,
            ],
          ]
        : []),
      ...(deputy
        ? [
            [
              'deputy',
              'x',
              { directorship: 'd', person: 'bob', since: day(deputy.since ?? -100), until: day(deputy.until) },
            ] as [string, string, Fields],
          ]
        : []),
      ...statements(claims.claims, 'claim', null),
      ...statements(claims.withdrawn, 'claim', 'now'),
      ...statements(claims.disclaims, 'disclaimer', null),
    )
    const logins: Record<string, boolean> = { 'm-ann': person?.login ?? true, 'm-bob': deputy?.login ?? true }
    const result = stageOwnership(existing, TODAY, (member) => logins[member] ?? true).get('s')
    expect([result?.state ?? 'vacant', result?.absence ?? null, result?.claimants ?? []]).toEqual([
      state,
      absence,
      claimants,
    ])
  },
)

it('lists proposed persons, and ignores ended and withdrawn records', () => {
  const existing = records(
    ['directorship', 'd', { stage: 's', person: 'ann', accepted_at: null, ended_at: null }],
    ['directorship', 'e', { stage: 's', person: 'bob', accepted_at: 'then', ended_at: 'now' }],
    ['claim', 'c', { stage: 's', person: 'bob', kind: 'claim', ended_at: 'now' }],
    ['claim', 'f', { stage: 's', person: 'bob', kind: 'disclaimer', ended_at: null }],
  )
  expect(stageOwnership(existing, TODAY, () => true).get('s')).toMatchObject({
    state: 'vacant',
    director: null,
    proposed: ['ann'],
    claimants: [],
  })
})

it('returns the producer, the sponsor or an admin, whichever is first with a login', () => {
  const [ada, bo] = [
    ['person', 'ada', { name: 'Ada', member: 'm-ada' }],
    ['person', 'bo', { name: 'Bo', member: 'm-bo' }],
  ] as [string, string, Fields][]
  const holds = (office: string, person: string, ended: string | null = null): [string, string, Fields] => [
    'appointment',
    `${office}-${person}`,
    { office, person, ended_at: ended },
  ]
  const admin = { member: 'm-root', name: 'Root' }
  const existing = records(
    ...[ada, bo].filter((person) => person !== undefined),
    holds('sponsor', 'bo'),
    holds('producer', 'ada'),
  )
  expect(findAppointer(existing, () => true, admin)?.name).toBe('Ada')
  expect(findAppointer(existing, (member) => member !== 'm-ada', admin)?.name).toBe('Bo')
  expect(findAppointer(records(), () => true, admin)?.name).toBe('Root')
})
