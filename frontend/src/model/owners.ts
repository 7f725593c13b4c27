/** Who answers for a stage, worked out of the ownership records as ownership/queries.py does. */
import type { Id, Item } from './records'

export interface Owned {
  readonly state: 'owned' | 'vacant' | 'orphaned' | 'contested'
  readonly directorship: Id | null // the current one
  readonly director: Id | null // a person
  readonly claimants: readonly Id[] // persons, the director first
  readonly proposed: readonly Id[] // persons who were asked
  readonly absence: Absence | null // why the director cannot answer, with no deputy who can
}

export type Absence = 'left' | 'no-login' | 'no-department'

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

export const VACANT: Owned = { state: 'vacant', directorship: null, director: null, claimants: [], proposed: [], absence: null }

/** Every stage's ownership by stage id, in one pass; a stage that is missing is VACANT. `today` is the workspace's date. */
export function owners(records: Records, today: string, hasLogin: (member: Id) => boolean): Map<Id, Owned> {
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
  const present = new Presence(records, today, hasLogin)
  return new Map([...found].map(([stage, one]) => {
    const absence = one.director === null || present.hasDeputy(one.directorship) ? null : present.absenceOf(one.director)
    return [stage, { ...one, absence, state: stateOf(one, absence) }]
  }))
}

function stateOf(one: Found, absence: Absence | null): Owned['state'] {
  if (one.claimants.length > 1) return 'contested'
  if (one.director === null) return 'vacant'
  return absence ? 'orphaned' : 'owned'
}

/** Who is there to answer today: as the SQL of ownership/rules/absence.py. */
class Presence {
  private readonly placed: ReadonlySet<unknown>
  private readonly stoodIn: ReadonlySet<unknown>

  constructor(
    private readonly records: Records,
    private readonly today: string,
    private readonly hasLogin: (member: Id) => boolean,
  ) {
    const placements = all(records, 'placement').filter(({ fields }) => isNow(fields, today) && records.get(fields['department'] as Id)?.fields['is_archived'] === false)
    this.placed = new Set(placements.map(({ fields }) => fields['person']))
    const deputies = all(records, 'deputy').filter(({ fields }) => isNow(fields, today) && this.isHere(fields['person'] as Id))
    this.stoodIn = new Set(deputies.map(({ fields }) => fields['directorship']))
  }

  hasDeputy(directorship: Id | null): boolean {
    return this.stoodIn.has(directorship)
  }

  absenceOf(person: Id): Absence | null {
    const { left_on: left, member } = this.records.get(person)?.fields ?? {}
    if (typeof left === 'string' && left < this.today) return 'left'
    if (typeof member === 'string' && !this.hasLogin(member)) return 'no-login'
    return this.placed.has(person) ? null : 'no-department'
  }

  private isHere(person: Id): boolean {
    const absence = this.absenceOf(person)
    return absence === null || absence === 'no-department'
  }
}

/** Whether something with `since` and `until` holds today; the last day is inside. */
export function isNow(fields: Item['fields'], today: string): boolean {
  const until = fields['until']
  return String(fields['since']) <= today && (until === null || String(until) >= today)
}

function all(records: Records, type: string): Item[] {
  return records.ofType(type).map((id) => records.get(id)).filter((item) => item !== undefined)
}
