/** Who answers for a stage, worked out of the ownership records as ownership/queries.py does. */
import type { Id, Item } from './records'

export interface Owned {
  readonly state: 'owned' | 'vacant' | 'orphaned' | 'contested'
  readonly directorship: Id | null // the current one
  readonly director: Id | null // a person
  readonly claimants: readonly Id[] // persons, the director first
  readonly proposed: readonly Id[] // persons who were asked
}

interface Records {
  ofType(type: string): readonly Id[]
  get(id: Id): Item | undefined
}

interface Found {
  directorship: Id | null
  director: Id | null
  claimants: Id[]
  proposed: Id[]
}

/** A member who can name a director, for those who cannot: whom to ask. */
export interface Appointer {
  readonly member: Id
  readonly name: string
}

/** The producer, else the sponsor, else an admin; only somebody with a login. As appointer() of ownership/queries.py. */
export function appointer(records: Records, isMember: (id: Id) => boolean, admin: Appointer | null): Appointer | null {
  for (const office of ['producer', 'sponsor']) {
    const held = all(records, 'appointment').find(({ fields }) => fields['office'] === office && fields['ended_at'] === null)
    const person = records.get(held?.fields['person'] as Id)?.fields
    const member = person?.['member']
    if (typeof member === 'string' && isMember(member)) return { member, name: String(person?.['name']) }
  }
  return admin
}

export const VACANT: Owned = { state: 'vacant', directorship: null, director: null, claimants: [], proposed: [] }

/** Every stage's ownership by stage id, in one pass; a stage that is absent is VACANT. */
export function owners(records: Records, today: string): Map<Id, Owned> {
  const found = new Map<Id, Found>()
  const of = (stage: unknown): Found => {
    const entry = found.get(stage as Id) ?? { directorship: null, director: null, claimants: [], proposed: [] }
    found.set(stage as Id, entry)
    return entry
  }
  for (const { id, fields } of all(records, 'directorship')) {
    if (fields['ended_at'] !== null) continue
    const [one, person] = [of(fields['stage']), fields['person'] as Id]
    if (fields['accepted_at'] === null) one.proposed.push(person)
    else Object.assign(one, { directorship: id, director: person, claimants: [person, ...one.claimants] })
  }
  for (const { fields } of all(records, 'claim')) {
    const isLive = fields['kind'] === 'claim' && fields['withdrawn_at'] === null
    const one = isLive ? of(fields['stage']) : null
    if (one && !one.claimants.includes(fields['person'] as Id)) one.claimants.push(fields['person'] as Id)
  }
  const stoodIn = new Set(all(records, 'deputy').filter((deputy) => isActive(deputy, today)).map(({ fields }) => fields['directorship']))
  return new Map([...found].map(([stage, one]) => [stage, { ...one, state: stateOf(one, records, stoodIn, today) }]))
}

function stateOf(one: Found, records: Records, stoodIn: ReadonlySet<unknown>, today: string): Owned['state'] {
  if (one.claimants.length > 1) return 'contested'
  if (one.director === null) return 'vacant'
  const left = records.get(one.director)?.fields['left_on']
  const isGone = typeof left === 'string' && left <= today
  return isGone && !stoodIn.has(one.directorship) ? 'orphaned' : 'owned'
}

function isActive({ fields }: Item, today: string): boolean {
  const [since, until] = [String(fields['since']), fields['until']]
  return since <= today && (until === null || String(until) >= today)
}

function all(records: Records, type: string): Item[] {
  return records.ofType(type).map((id) => records.get(id)).filter((item) => item !== undefined)
}
