/**
 * The records of a map: what the server has confirmed, and over it what is not confirmed yet.
 *
 * A field with an unconfirmed value keeps showing it whatever arrives (no flicker); when the server
 * confirms or refuses the gesture, its patches are dropped and what is confirmed shows again.
 * Readers subscribe to topics: a record's id, a cell (model/records.ts), and for what is drawn of a
 * whole type `type:touchpoint` (one comes or goes), `moved:…` (also changes place) and `every:…`.
 */
import { BLANK, type ChangeSet, type Fields, type Id, type Item, type Snapshot, cellOf } from '../model/records'
import { Siblings } from './siblings'
import { type Diff, type Patch, type Pending, idOf, patched } from './patches'

type Change = NonNullable<ChangeSet['changes']>[number]

export class Store {
  private readonly confirmed = new Map<Id, Item>()
  private readonly shown = new Map<Id, Item>()
  private readonly waiting = new Map<Id, Pending>() // by gesture, in the order they were made
  private readonly touching = new Map<Id, Pending[]>() // by record
  private readonly byType = new Siblings()
  private readonly byCell = new Siblings((id) => String(this.shown.get(id)?.fields['position']))
  private readonly watchers = new Map<string, Set<() => void>>()
  private touched: Set<string> | null = null

  // -- reading

  get(id: Id | null | undefined): Item | undefined {
    return id === null || id === undefined ? undefined : this.shown.get(id)
  }

  /** The ids of a type, in no order; the array is the same until a record comes or goes. */
  ofType(type: string): readonly Id[] {
    return this.byType.of(type)
  }

  /** The ids of a cell in their order; the array is the same until the cell changes. */
  inCell(cell: string): readonly Id[] {
    return this.byCell.of(cell)
  }

  get pending(): readonly Pending[] {
    return [...this.waiting.values()]
  }

  subscribe(topic: string, watcher: () => void): () => void {
    const watchers = this.watchers.get(topic) ?? new Set()
    this.watchers.set(topic, watchers.add(watcher))
    return () => {
      watchers.delete(watcher)
      if (!watchers.size && this.watchers.get(topic) === watchers) this.watchers.delete(topic)
    }
  }

  // -- what the server said

  /** Take in records as the server has them. */
  load(snapshot: Pick<Snapshot, 'records'>): void {
    this.batch(() => {
      for (const record of snapshot.records) this.settle(record.id, record)
    })
  }

  /** Take in a whole map anew: what the snapshot does not hold of the map's own types is gone. */
  replace(snapshot: Pick<Snapshot, 'records'>): void {
    this.batch(() => {
      const types = new Set(snapshot.records.map((record) => record.type as string))
      const kept = new Set(snapshot.records.map((record) => record.id))
      const gone = [...this.confirmed.values()].filter((item) => !kept.has(item.id) && (types.has(item.type) || item.type in BLANK))
      for (const item of gone) this.settle(item.id, undefined)
      for (const record of snapshot.records) this.settle(record.id, record)
    })
  }

  /** Apply a committed change set; its own gesture is pending no longer. */
  confirm(set: Pick<ChangeSet, 'gesture' | 'version'>, changes: readonly Change[]): void {
    this.batch(() => {
      const dropped = this.release(set.gesture)
      for (const change of changes) this.settle(change.id, this.after(change, set.version))
      for (const id of dropped) this.refresh(id)
    })
  }

  private after(change: Change, version: number): Item | undefined {
    if (change.op === 'remove') return undefined
    const before = this.confirmed.get(change.id)
    const fields = { ...(change.op === 'set' ? before?.fields : undefined), ...(change.after as Fields) }
    return { type: change.type, id: change.id, version, fields }
  }

  // -- what is not confirmed yet

  /** Show a gesture at once; return what it changed, so that it can be taken back. */
  show(pending: Pending): Diff {
    const diff = new Map<Id, { before: Item | null; after: Item | null }>()
    this.batch(() => {
      this.waiting.set(pending.gesture, pending)
      for (const patch of pending.patches) {
        const id = idOf(patch)
        if (!diff.has(id)) diff.set(id, { before: this.shown.get(id) ?? null, after: null })
        const touching = this.touching.get(id) ?? []
        if (touching.at(-1) !== pending) this.touching.set(id, [...touching, pending])
      }
      for (const [id, entry] of diff) {
        this.refresh(id)
        entry.after = this.shown.get(id) ?? null
      }
    })
    return diff
  }

  /** Take back a gesture that was refused. */
  drop(gesture: Id): void {
    this.batch(() => {
      for (const id of this.release(gesture)) this.refresh(id)
    })
  }

  private release(gesture: Id): Id[] {
    const pending = this.waiting.get(gesture)
    if (pending === undefined) return []
    this.waiting.delete(gesture)
    const ids = [...new Set(pending.patches.map(idOf))]
    for (const id of ids) {
      const left = this.touching.get(id)?.filter((one) => one !== pending)
      if (left?.length) this.touching.set(id, left)
      else this.touching.delete(id)
    }
    return ids
  }

  // -- keeping what is shown

  private settle(id: Id, item: Item | undefined): void {
    if (item === undefined) this.confirmed.delete(id)
    else this.confirmed.set(id, item)
    this.refresh(id)
  }

  private refresh(id: Id): void {
    const before = this.shown.get(id)
    const next = this.overlaid(id)
    if (next === before) return
    if (next === undefined) this.shown.delete(id)
    else this.shown.set(id, next)
    const { type } = (next ?? before) as Item // one of them is there
    this.index(id, type, before, next)
    this.touch(id)
    this.touch(`every:${type}`)
  }

  private overlaid(id: Id): Item | undefined {
    let item = this.confirmed.get(id)
    for (const pending of this.touching.get(id) ?? []) {
      for (const patch of pending.patches) if (idOf(patch) === id) item = patched(item, patch)
    }
    return item
  }

  private index(id: Id, type: string, before: Item | undefined, next: Item | undefined): void {
    if (before === undefined || next === undefined) {
      this.byType.move(id, before && type, next && type)
      this.touch(`type:${type}`)
    }
    const [from, to] = [before && cellOf(before), next && cellOf(next)]
    if (from === to && before?.fields['position'] === next?.fields['position']) return
    this.byCell.move(id, from ?? undefined, to ?? undefined)
    for (const cell of [from, to]) if (cell) this.touch(cell)
    if (from ?? to) this.touch(`moved:${type}`)
  }

  // -- telling

  private touch(topic: string): void {
    this.touched?.add(topic)
  }

  /** Tell everybody once, after the last change of a batch. */
  private batch(work: () => void): void {
    this.touched = new Set(['any'])
    work()
    const told = new Set<() => void>()
    for (const topic of this.touched) for (const one of this.watchers.get(topic) ?? []) told.add(one)
    this.touched = null
    for (const watcher of told) watcher()
  }
}

export type { Diff, Patch, Pending }
