/** A map beside another: an earlier version of itself, or its pair in the other state. */
import { type Id, type Item, type Snapshot, cellKey } from '../model/records'
import { type Outline, feelingOf } from './outline'
import { changedFields } from './patches'
import { Store } from './store'

export interface Compared {
  readonly label: string
  readonly feelings: readonly (number | null)[] // of each of our columns
  readonly added: ReadonlySet<Id> // here, and not there
  readonly changed: ReadonlySet<Id>
  readonly removed: readonly string[] // titles of what is there, and not here
}

const TOLD = new Set(['stage', 'step', 'touchpoint', 'promise', 'note', 'measure'])
const UNTOLD = new Set(['position']) // neighbours that came or went move it: no change of one's own

/** Compare with an earlier version of the same map, record by record. */
export function withVersion(store: Store, outline: Outline, then: Snapshot, label: string): Compared {
  const before = new Map(then.records.map((record): [Id, Item] => [record.id, record]))
  const now = [...TOLD].flatMap((type) => store.ofType(type))
  const isChanged = (id: Id) => {
    const [one, two] = [before.get(id), store.get(id)]
    return one !== undefined && two !== undefined && Object.keys(changedFields(one.fields, two.fields)).some((field) => !UNTOLD.has(field))
  }
  const gone = [...before.values()].filter((item) => TOLD.has(item.type) && !store.get(item.id))
  const earlier = loaded(then)
  const lanes = earlier.inCell(cellKey('lane'))
  return {
    label,
    feelings: outline.columns.map((column) => feelingOf(earlier, column.step, lanes)),
    added: new Set(now.filter((id) => !before.has(id))),
    changed: new Set(now.filter(isChanged)),
    removed: gone.map((item) => String(item.fields['title'] ?? '')),
  }
}

/** Compare with another journey: only how it feels, its steps stretched over ours. */
export function withPair(outline: Outline, other: Snapshot, label: string): Compared {
  const there = loaded(other)
  const lanes = there.inCell(cellKey('lane'))
  const steps = there.inCell(cellKey('stage')).flatMap((stage) => there.inCell(cellKey('step', stage)))
  const last = Math.max(outline.columns.length - 1, 1)
  const at = (column: number) => steps[Math.round((column * (steps.length - 1)) / last)]
  const feelings = outline.columns.map((_, column) => feelingOf(there, at(column) ?? '', lanes))
  return { label, feelings, added: new Set(), changed: new Set(), removed: [] }
}

function loaded(snapshot: Snapshot): Store {
  const store = new Store()
  store.load(snapshot)
  return store
}
