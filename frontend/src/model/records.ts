/** What the map is made of, as the server describes it (api.ts), and how records hang together. */
import type { components } from './api'

type Schemas = components['schemas']

export type Id = string
export type AnyRecord = Schemas['Record']
export type RecordType = AnyRecord['type']
export type RecordOf<T extends RecordType> = Extract<AnyRecord, { type: T }>
export type FieldsOf<T extends RecordType> = RecordOf<T>['fields']
export type Op = Schemas['Op']
export type ChangeSet = Schemas['ChangeSet']
export type Snapshot = Schemas['Snapshot']
export type EditAnswer = Schemas['EditAnswer']

/** Any fields of any record, for code that treats all types alike. */
export type Fields = Readonly<Record<string, unknown>>

/** A record whose type is not known to the compiler. */
export interface Item {
  readonly type: string
  readonly id: Id
  readonly version: number
  readonly fields: Fields
}

/** Where records of a type stand: the fields that name their cell. They are ordered in it. */
export const CELL_FIELDS: Readonly<Record<string, readonly string[]>> = {
  stage: [],
  step: ['stage'],
  lane: [],
  touchpoint: ['step', 'lane'],
  note: ['step'],
  measure: ['step'],
}

/** [type, field, parent type]: who goes along when the parent is removed. */
export const CASCADES: readonly (readonly [string, string, string])[] = [
  ['step', 'stage', 'stage'],
  ['touchpoint', 'step', 'step'],
  ['touchpoint', 'lane', 'lane'],
  ['note', 'step', 'step'],
  ['measure', 'step', 'step'],
  ['promise', 'made_in', 'step'],
]

/** What a new record holds in the fields that nobody has filled; the server's own defaults. */
export const DEFAULT_FIELDS: Readonly<Record<string, Fields>> = {
  stage: { title: '', time_span: '', summary: '', is_locked: false },
  step: { title: '', time_span: '', quote: '' },
  lane: { kind: 'department', department: null, is_locked: false },
  touchpoint: {
    title: '',
    notes: '',
    channel: null,
    emotion: null,
    emotion_label: '',
    intensity: null,
    kano: '',
    is_moment_of_truth: false,
    evidence: '',
    quote: '',
    reported_owner: '',
    actors: [],
    source: '',
    external_id: '',
  },
  promise: { title: '', status: 'unverified', evidence: '' },
  note: { kind: 'pain', title: '' },
  measure: { title: '', value: null, unit: '', target: null, better: 'higher', trend: [] },
}

/** The key of the cell a record stands in, e.g. `touchpoint|<step>|<lane>`; null for types without. */
export function cellKeyOf(item: { type: string; fields: Fields }): string | null {
  const names = CELL_FIELDS[item.type]
  return names === undefined ? null : cellKey(item.type, ...names.map((name) => String(item.fields[name])))
}

export function cellKey(type: string, ...ids: readonly string[]): string {
  return [type, ...ids].join('|')
}

export function isA<T extends RecordType>(item: Item | undefined, type: T): item is Item & RecordOf<T> {
  return item?.type === type
}
