/**
 * Locks on stages and lanes. The server enforces them (changes/edit_locks.py); checking here as well gives immediate
 * feedback.
 */
import { gettext } from '../lib/i18n'
import { CASCADES, type Id, type Item } from '../model/records'
import { LANE_KIND_LABELS } from '../model/labels'
import { type Patch, patchedId, applyPatch } from './patches'
import type { Store } from './store'

export function isLocked(item: Item | undefined): boolean {
  return item?.fields['is_locked'] === true
}

/** Return the locked stage or lane that a record is or belongs to. */
export function findLock(store: Store, item: Item | undefined): Item | undefined {
  if (!item || isLocked(item)) return item
  for (const [type, name] of CASCADES) {
    const lock = type === item.type && findLock(store, store.get(item.fields[name] as Id))
    if (lock) return lock
  }
  return undefined
}

/** Return the lock that forbids a change: on the record itself, or on a parent it would leave or enter. */
export function findBlockingLock(store: Store, patches: readonly Patch[]): Item | undefined {
  for (const patch of patches) {
    const before = store.get(patchedId(patch))
    const lock = findLock(store, before) ?? findLock(store, applyPatch(before, patch))
    if (lock) return lock
  }
  return undefined
}

/** Return the name of a locked stage or lane. */
export function lockName(store: Store, { fields }: Item): string {
  const department = store.get(fields['department'] as Id | null)
  return String(fields['title'] ?? department?.fields['name'] ?? LANE_KIND_LABELS[String(fields['kind'])])
}

/** Return a message such as "Billing is locked." */
export function lockMessage(store: Store, lock: Item): string {
  return gettext('{name} is locked.', { name: lockName(store, lock) })
}
