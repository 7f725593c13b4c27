/** State changes as data: what a gesture will do, what the server did, and the way back. */
import type { Fields, Id, Item } from '../model/records'

export type Patch =
  | { readonly kind: 'add'; readonly item: Item }
  | { readonly kind: 'set'; readonly id: Id; readonly fields: Fields }
  | { readonly kind: 'remove'; readonly id: Id }

/** What records were before a gesture and after it; null where there was, or is, none. */
export type Diff = ReadonlyMap<Id, { readonly before: Item | null; readonly after: Item | null }>

/** A gesture shown before the server has confirmed it. */
export interface Pending {
  readonly gesture: Id
  readonly patches: readonly Patch[]
}

export function patchedId(patch: Patch): Id {
  return patch.kind === 'add' ? patch.item.id : patch.id
}

/** The record after a patch; a `set` of what is gone stays gone. */
export function applyPatch(item: Item | undefined, patch: Patch): Item | undefined {
  if (patch.kind === 'add') return patch.item
  if (patch.kind === 'remove' || item === undefined) return undefined
  return { ...item, fields: { ...item.fields, ...patch.fields } }
}

/** The patches that take a diff back. Fields that the diff did not change are left alone. */
export function invertDiff(diff: Diff): Patch[] {
  const patches: Patch[] = []
  for (const [id, { before, after }] of diff) {
    if (before === null) patches.push({ kind: 'remove', id })
    else if (after === null) patches.push({ kind: 'add', item: before })
    else patches.push({ kind: 'set', id, fields: changedFields(after.fields, before.fields) })
  }
  return patches
}

/** The fields of `next` that differ from `now`. */
export function changedFields(now: Fields, next: Fields): Fields {
  return Object.fromEntries(Object.entries(next).filter(([name, value]) => !isEqual(now[name], value)))
}

function isEqual(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b))
}
