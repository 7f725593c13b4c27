/** State changes as data: what a gesture will do, what the server did, and how to revert it. */
import type { Fields, Id, Item } from '../model/records'

export type Patch =
  | { readonly kind: 'add'; readonly item: Item }
  | { readonly kind: 'set'; readonly id: Id; readonly fields: Fields }
  | { readonly kind: 'remove'; readonly id: Id }

/** Records before and after a gesture; null where the record did not or does not exist. */
export type Diff = ReadonlyMap<Id, { readonly before: Item | null; readonly after: Item | null }>

/** A gesture that is shown before the server has confirmed it. */
export interface Pending {
  readonly gesture: Id
  readonly patches: readonly Patch[]
}

export function patchedId(patch: Patch): Id {
  return patch.kind === 'add' ? patch.item.id : patch.id
}

/** Return the record after a patch. A `set` on a missing record leaves it missing. */
export function applyPatch(item: Item | undefined, patch: Patch): Item | undefined {
  if (patch.kind === 'add') return patch.item
  if (patch.kind === 'remove' || item === undefined) return undefined
  return { ...item, fields: { ...item.fields, ...patch.fields } }
}

/** Return the patches that revert a diff. Fields that the diff did not change are left alone. */
export function invertDiff(diff: Diff): Patch[] {
  const patches: Patch[] = []
  for (const [id, { before, after }] of diff) {
    if (before === null) patches.push({ kind: 'remove', id })
    else if (after === null) patches.push({ kind: 'add', item: before })
    else patches.push({ kind: 'set', id, fields: changedFields(after.fields, before.fields) })
  }
  return patches
}

/** Return the fields of `next` that differ from `now`. */
export function changedFields(now: Fields, next: Fields): Fields {
  return Object.fromEntries(Object.entries(next).filter(([name, value]) => !isEqual(now[name], value)))
}

function isEqual(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b))
}
