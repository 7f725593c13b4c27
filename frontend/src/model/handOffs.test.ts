import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { handOffsByStage } from './handOffs'
import { stageOwnership } from './ownership'
import type { Fields, Item } from './records'

interface Case {
  name: string
  directors: Record<string, string>
  handoffs?: [string, string, number][]
  signed?: [string, string, number][]
  breaches?: [string, boolean][]
  marks: Record<string, [string, boolean]>
}
// tests/ownership/test_handoff_marks.py tests the marks of snapshots with the same file.
const { cases } = JSON.parse(readFileSync('../tests/ownership/handoff_vectors.json', 'utf8')) as { cases: Case[] }

it.each(cases)('$name', ({ directors, handoffs = [], signed = [], breaches = [], marks }) => {
  const item = (type: string, id: string, fields: Fields): Item => ({ type, id, version: 1, fields })
  const items = [
    ...Object.entries(directors).map(([stage, person]) =>
      item('directorship', `d-${stage}`, { stage, person, accepted_at: 'then', ended_at: null }),
    ),
    ...handoffs.map(([from, to, revision]) =>
      item('handoff', `${from}-${to}`, { from_stage: from, to_stage: to, revision }),
    ),
    ...signed.map(([handoff, directorship, revision], at) =>
      item('handoff_signature', `s${at}`, { handoff, directorship, revision }),
    ),
    ...breaches.map(([handoff, isAnswered], at) =>
      item('breach', `x${at}`, { handoff, answered_at: isAnswered ? 'then' : null }),
    ),
  ]
  const records = {
    ofType: (type: string) => items.filter((row) => row.type === type).map(({ id }) => id),
    get: (id: string) => items.find((row) => row.id === id),
  }
  const ownership = stageOwnership(records, '2026-11-24', () => true)
  const found = handOffsByStage(records, ['a', 'b', 'c'], ownership)
  expect(Object.fromEntries(found.map(([stage, { state, isBreached }]) => [stage, [state, isBreached]]))).toEqual(marks)
})
