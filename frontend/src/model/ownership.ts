/**
 * Ownership of stages, computed from the ownership records as in the view `ownership_standing` of the server.
 * tests/ownership/owner_vectors.json tests both.
 */
import type { Id, Item } from './records'

export interface StageOwnership {
  readonly state: 'owned' | 'claimed' | 'vacant' | 'orphaned' | 'contested'
  readonly directorship: Id | null // the current directorship
  readonly director: Id | null // a person
  readonly claimants: readonly Id[] // persons, the director first
  readonly proposed: readonly Id[] // persons with an open proposal
  readonly absence: Absence | null // why the director is absent, if there is no available deputy
}

export type Absence = 'left' | 'no-login' | 'no-department'

export interface Records {
  ofType(type: string): readonly Id[]
  get(id: Id): Item | undefined
}

interface OwnershipRecords {
  directorship: Id | null
  director: Id | null
  claimants: Id[]
  proposed: Id[]
}

/** A member who can propose a director, shown to those who cannot. */
export interface Appointer {
  readonly member: Id
  readonly name: string
}

/**
 * Return the producer, the sponsor or an admin, whichever is the first with a login. Mirrors `appointer()` in
 * ownership/queries.py.
 */
export function findAppointer(
  records: Records,
  isMember: (id: Id) => boolean,
  admin: Appointer | null,
): Appointer | null {
  for (const office of ['producer', 'sponsor']) {
    const appointment = itemsOfType(records, 'appointment').find(
      ({ fields }) => fields['office'] === office && fields['ended_at'] === null,
    )
    const person = records.get(appointment?.fields['person'] as Id)?.fields
    const member = person?.['member']
    if (typeof member === 'string' && isMember(member)) return { member, name: String(person?.['name']) }
  }
  return admin
}

/** The end of the CSS class of a bracket. */
export const CLASS_BY_STATE = {
  owned: 'own',
  claimed: 'claim',
  vacant: 'miss',
  orphaned: 'gone',
  contested: 'cont',
} as const

export const VACANT: StageOwnership = {
  state: 'vacant',
  directorship: null,
  director: null,
  claimants: [],
  proposed: [],
  absence: null,
}

/**
 * Return the ownership of stages by stage id, in one pass. A missing stage is VACANT. `today` is the workspace's date.
 */
export function stageOwnership(
  records: Records,
  today: string,
  hasLogin: (member: Id) => boolean,
): Map<Id, StageOwnership> {
  const byStage = new Map<Id, OwnershipRecords>()
  const ofStage = (stage: unknown): OwnershipRecords => {
    const entry = byStage.get(stage as Id) ?? { directorship: null, director: null, claimants: [], proposed: [] }
    byStage.set(stage as Id, entry)
    return entry
  }
  for (const { id, fields } of itemsOfType(records, 'directorship')) {
    if (fields['ended_at'] !== null) continue
    const [ownership, person] = [ofStage(fields['stage']), fields['person'] as Id]
    if (fields['accepted_at'] === null) ownership.proposed.push(person)
    else Object.assign(ownership, { directorship: id, director: person, claimants: [person, ...ownership.claimants] })
  }
  for (const { fields } of itemsOfType(records, 'claim')) {
    const isLive = fields['kind'] === 'claim' && fields['ended_at'] === null
    const ownership = isLive ? ofStage(fields['stage']) : null
    if (ownership && !ownership.claimants.includes(fields['person'] as Id))
      ownership.claimants.push(fields['person'] as Id)
  }
  const availability = new AvailabilityCheck(records, today, hasLogin)
  return new Map(
    [...byStage].map(([stage, ownership]) => {
      const absence =
        ownership.director === null || availability.hasDeputy(ownership.directorship)
          ? null
          : availability.absenceOf(ownership.director)
      return [stage, { ...ownership, absence, state: stateOf(ownership, absence) }]
    }),
  )
}

function stateOf(ownership: OwnershipRecords, absence: Absence | null): StageOwnership['state'] {
  if (ownership.claimants.length > 1) return 'contested'
  if (ownership.director === null) return ownership.claimants.length ? 'claimed' : 'vacant'
  return absence ? 'orphaned' : 'owned'
}

/** Determines which persons are available today, as in the view `ownership_absence` of the server. */
class AvailabilityCheck {
  private readonly placedPersons: ReadonlySet<unknown>
  private readonly coveredDirectorships: ReadonlySet<unknown>

  constructor(
    private readonly records: Records,
    private readonly today: string,
    private readonly hasLogin: (member: Id) => boolean,
  ) {
    const placements = itemsOfType(records, 'placement').filter(
      ({ fields }) =>
        isInEffect(fields, today) && records.get(fields['department'] as Id)?.fields['is_archived'] === false,
    )
    this.placedPersons = new Set(placements.map(({ fields }) => fields['person']))
    const deputies = itemsOfType(records, 'deputy').filter(
      ({ fields }) => isInEffect(fields, today) && this.isAvailable(fields['person'] as Id),
    )
    this.coveredDirectorships = new Set(deputies.map(({ fields }) => fields['directorship']))
  }

  hasDeputy(directorship: Id | null): boolean {
    return this.coveredDirectorships.has(directorship)
  }

  absenceOf(person: Id): Absence | null {
    const { left_on: left, member } = this.records.get(person)?.fields ?? {}
    if (typeof left === 'string' && left < this.today) return 'left'
    if (typeof member === 'string' && !this.hasLogin(member)) return 'no-login'
    return this.placedPersons.has(person) ? null : 'no-department'
  }

  private isAvailable(person: Id): boolean {
    const absence = this.absenceOf(person)
    return absence === null || absence === 'no-department'
  }
}

/** Return whether a record with `since` and `until` is in effect today. Both days are included. */
export function isInEffect(fields: Item['fields'], today: string): boolean {
  const until = fields['until']
  return String(fields['since']) <= today && (until === null || String(until) >= today)
}

export function itemsOfType(records: Records, type: string): Item[] {
  return records
    .ofType(type)
    .map((id) => records.get(id))
    .filter((item) => item !== undefined)
}
