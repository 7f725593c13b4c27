/** The record types of the map as the API describes them (api.ts), and how records relate. */
import type { components } from './api'
import { CELL_FIELDS } from './recordTables'

export * from './recordTables'

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
