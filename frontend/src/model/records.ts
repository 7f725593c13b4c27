/** The record types of the map as the API describes them (api.ts), and how records relate. */
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

/** The fields of any record, for code that treats all types alike. */
export type Fields = Readonly<Record<string, unknown>>

/** A record whose type is not known at compile time. */
export interface Item {
  readonly type: string
  readonly id: Id
  readonly version: number
  readonly fields: Fields
}

/** The fields that identify the cell of a record, by type. Records are ordered within their cell. */
export const CELL_FIELDS: Readonly<Record<string, readonly string[]>> = {
  stage: [],
  step: ['stage'],
  lane: [],
  touchpoint: ['step', 'lane'],
  note: ['step'],
  measure: ['step'],
}

/** [type, field, parent type]: records that are removed together with their parent. */
export const CASCADES: readonly (readonly [string, string, string])[] = [
  ['step', 'stage', 'stage'],
  ['touchpoint', 'step', 'step'],
  ['touchpoint', 'lane', 'lane'],
  ['note', 'step', 'step'],
  ['measure', 'step', 'step'],
  ['promise', 'made_in', 'step'],
]

/** The server's default values for the fields of new records. */
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

/** Return the key of a record's cell, such as `touchpoint|<step>|<lane>`; null for types without cells. */
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
