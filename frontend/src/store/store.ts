/**
 * The records of a map: the confirmed state, with pending changes applied over it.
 *
 * A field with a pending value keeps showing it regardless of incoming changes, to avoid flicker. When the
 * server confirms or rejects the gesture, its patches are dropped and the confirmed value shows again. Readers
 * subscribe to topics: a record's id, a cell (model/records.ts), and for whole types `type:touchpoint` (records
 * are added or removed), `moved:…` (records also change place) and `every:…` (any change).
 */
import {
  DEFAULT_FIELDS,
  type ChangeSet,
  type Fields,
  type Id,
  type Item,
  type Snapshot,
  cellKeyOf,
} from '../model/records'
import { SortedGroups } from './sortedGroups'
import { type Diff, type Patch, type Pending, patchedId, applyPatch } from './patches'

type Change = NonNullable<ChangeSet['changes']>[number]

export class Store {
  private readonly confirmed = new Map<Id, Item>()
  private readonly shown = new Map<Id, Item>()
  private readonly pendingByGesture = new Map<Id, Pending>() // by gesture, in insertion order
  private readonly pendingByRecord = new Map<Id, Pending[]>()
  private readonly byType = new SortedGroups()
  private readonly byCell = new SortedGroups((id) => String(this.shown.get(id)?.fields['position']))
  private readonly listeners = new Map<string, Set<() => void>>()
  private changedTopics: Set<string> | null = null

  // -- reading

  get(id: Id | null | undefined): Item | undefined {
    return id === null || id === undefined ? undefined : this.shown.get(id)
  }

  /** Return the ids of a type, unordered. The array is the same object until a record is added or removed. */
  ofType(type: string): readonly Id[] {
    return this.byType.idsIn(type)
  }

  /** Return the ids of a cell in order. The array is the same object until the cell changes. */
  inCell(cell: string): readonly Id[] {
    return this.byCell.idsIn(cell)
  }

  get pending(): readonly Pending[] {
    return [...this.pendingByGesture.values()]
  }

  subscribe(topic: string, listener: () => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set()
    this.listeners.set(topic, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (!listeners.size && this.listeners.get(topic) === listeners) this.listeners.delete(topic)
    }
  }

  // -- confirmed state

  /** Load confirmed records from the server. */
  load(snapshot: Pick<Snapshot, 'records'>): void {
    this.batch(() => {
      for (const record of snapshot.records) this.setConfirmed(record.id, record)
    })
  }

  /** Replace the whole map. Records of the map's own types that the snapshot lacks are removed. */
  replace(snapshot: Pick<Snapshot, 'records'>): void {
    this.batch(() => {
      const types = new Set(snapshot.records.map((record) => record.type as string))
      const ids = new Set(snapshot.records.map((record) => record.id))
      const removed = [...this.confirmed.values()].filter(
        (item) => !ids.has(item.id) && (types.has(item.type) || item.type in DEFAULT_FIELDS),
      )
      for (const item of removed) this.setConfirmed(item.id, undefined)
      for (const record of snapshot.records) this.setConfirmed(record.id, record)
    })
  }

  /** Apply a committed change set and drop its gesture from the pending ones. */
  confirm(set: Pick<ChangeSet, 'gesture' | 'version'>, changes: readonly Change[]): void {
    this.batch(() => {
      const dropped = this.removePending(set.gesture)
      for (const change of changes) this.setConfirmed(change.id, this.changed(change, set.version))
      for (const id of dropped) this.updateShown(id)
    })
  }

  private changed(change: Change, version: number): Item | undefined {
    const before = this.confirmed.get(change.id)
    if (change.op === 'remove' || (change.op === 'set' && !before)) return undefined // or it was never loaded
    const fields = { ...(change.op === 'set' ? before?.fields : undefined), ...(change.after as Fields) }
    return { type: change.type, id: change.id, version, fields }
  }

  // -- pending gestures

  /** Show a gesture at once. Return what it changed, so that it can be undone. */
  show(pending: Pending): Diff {
    const diff = new Map<Id, { before: Item | null; after: Item | null }>()
    this.batch(() => {
      this.pendingByGesture.set(pending.gesture, pending)
      for (const patch of pending.patches) {
        const id = patchedId(patch)
        if (!diff.has(id)) diff.set(id, { before: this.shown.get(id) ?? null, after: null })
        const pendings = this.pendingByRecord.get(id) ?? []
        if (pendings.at(-1) !== pending) this.pendingByRecord.set(id, [...pendings, pending])
      }
      for (const [id, entry] of diff) {
        this.updateShown(id)
        entry.after = this.shown.get(id) ?? null
      }
    })
    return diff
  }

  /** Discard a rejected gesture. */
  discard(gesture: Id): void {
    this.batch(() => {
      for (const id of this.removePending(gesture)) this.updateShown(id)
    })
  }

  private removePending(gesture: Id): Id[] {
    const pending = this.pendingByGesture.get(gesture)
    if (pending === undefined) return []
    this.pendingByGesture.delete(gesture)
    const ids = [...new Set(pending.patches.map(patchedId))]
    for (const id of ids) {
      const remaining = this.pendingByRecord.get(id)?.filter((other) => other !== pending)
      if (remaining?.length) this.pendingByRecord.set(id, remaining)
      else this.pendingByRecord.delete(id)
    }
    return ids
  }

  // -- shown state

  private setConfirmed(id: Id, item: Item | undefined): void {
    if (item === undefined) this.confirmed.delete(id)
    else this.confirmed.set(id, item)
    this.updateShown(id)
  }

  private updateShown(id: Id): void {
    const before = this.shown.get(id)
    const next = this.withPending(id)
    if (next === before) return
    if (next === undefined) this.shown.delete(id)
    else this.shown.set(id, next)
    const { type } = (next ?? before) as Item // at least one of them exists
    this.updateIndexes(id, type, before, next)
    this.markChanged(id)
    this.markChanged(`every:${type}`)
  }

  private withPending(id: Id): Item | undefined {
    let item = this.confirmed.get(id)
    for (const pending of this.pendingByRecord.get(id) ?? []) {
      for (const patch of pending.patches) if (patchedId(patch) === id) item = applyPatch(item, patch)
    }
    return item
  }

  private updateIndexes(id: Id, type: string, before: Item | undefined, next: Item | undefined): void {
    if (before === undefined || next === undefined) {
      this.byType.move(id, before && type, next && type)
      this.markChanged(`type:${type}`)
    }
    const [from, to] = [before && cellKeyOf(before), next && cellKeyOf(next)]
    if (from === to && before?.fields['position'] === next?.fields['position']) return
    this.byCell.move(id, from ?? undefined, to ?? undefined)
    for (const cell of [from, to]) if (cell) this.markChanged(cell)
    if (from ?? to) this.markChanged(`moved:${type}`)
  }

  // -- notifications

  private markChanged(topic: string): void {
    this.changedTopics?.add(topic)
  }

  /** Notify each listener once, after the last change of a batch. */
  private batch(work: () => void): void {
    this.changedTopics = new Set(['any'])
    work()
    const listeners = new Set<() => void>()
    for (const topic of this.changedTopics)
      for (const listener of this.listeners.get(topic) ?? []) listeners.add(listener)
    this.changedTopics = null
    for (const listener of listeners) listener()
  }
}

export type { Diff, Patch, Pending }
