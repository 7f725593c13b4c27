/**
 * Hand-offs between adjacent stages with different directors, as in the view `ownership_handoff_standing` of the server.
 * tests/ownership/handoff_vectors.json tests both.
 */
import { type Records, type StageOwnership, itemsOfType } from './ownership'
import type { Id } from './records'

export interface HandOff {
  readonly id: Id | null // null if it is missing
  readonly state: 'missing' | 'unsigned' | 'half-signed' | 'agreed'
  readonly isBreached: boolean // a breach isn't answered yet
}

const STATES = ['unsigned', 'half-signed', 'agreed'] as const // by the number of signatures

/** Return the hand-offs into stages, by the later stage. `stages` are in order. */
export function handOffsByStage(
  records: Records,
  stages: readonly Id[],
  ownership: ReadonlyMap<Id, StageOwnership>,
): [Id, HandOff][] {
  const handOffs = new Map(
    itemsOfType(records, 'handoff').map((item) => [[item.fields['from_stage'], item.fields['to_stage']].join(), item]),
  )
  const signatures = new Set(
    itemsOfType(records, 'handoff_signature').map(({ fields }) =>
      [fields['handoff'], fields['directorship'], fields['revision']].join(),
    ),
  )
  const breached = new Set(
    itemsOfType(records, 'breach').flatMap(({ fields }) => (fields['answered_at'] === null ? [fields['handoff']] : [])),
  )
  return stages.flatMap((stage, at): [Id, HandOff][] => {
    const before = stages[at - 1]
    const sides = [before, stage].flatMap((id) => ownership.get(id ?? '') ?? [])
    if (new Set(sides.flatMap(({ director }) => director ?? [])).size < 2) return []
    const item = handOffs.get([before, stage].join())
    if (!item) return [[stage, { id: null, state: 'missing', isBreached: false }]]
    const signed = sides.filter(({ directorship }) =>
      signatures.has([item.id, directorship, item.fields['revision']].join()),
    )
    const state = STATES[signed.length] ?? 'unsigned'
    return [[stage, { id: item.id, state, isBreached: breached.has(item.id) }]]
  })
}
