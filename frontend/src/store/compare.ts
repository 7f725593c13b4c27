/** A map beside another: an earlier version of itself, or its pair in the other state. */
import { type Id, type Item, type Snapshot, cellKey } from '../model/records'
import { type Outline, meanEmotion } from './outline'
import { changedFields } from './patches'
import { Store } from './store'

export interface MapComparison {
  readonly label: string
  readonly emotions: readonly (number | null)[] // of each of our columns
  readonly added: ReadonlySet<Id> // here, and not there
  readonly changed: ReadonlySet<Id>
  readonly removed: readonly string[] // titles of what is there, and not here
}

const COMPARED_TYPES = new Set(['stage', 'step', 'touchpoint', 'promise', 'note', 'measure'])
const IGNORED_FIELDS = new Set(['position']) // neighbours that came or went move it: no change of one's own

/** Compare with an earlier version of the same map, record by record. */
export function compareWithVersion(store: Store, outline: Outline, snapshot: Snapshot, label: string): MapComparison {
  const before = new Map(snapshot.records.map((record): [Id, Item] => [record.id, record]))
  const now = [...COMPARED_TYPES].flatMap((type) => store.ofType(type))
  const isChanged = (id: Id) => {
    const [item, two] = [before.get(id), store.get(id)]
    return (
      item !== undefined &&
      two !== undefined &&
      Object.keys(changedFields(item.fields, two.fields)).some((field) => !IGNORED_FIELDS.has(field))
    )
  }
  const removed = [...before.values()].filter((item) => COMPARED_TYPES.has(item.type) && !store.get(item.id))
  const earlier = storeFrom(snapshot)
  const lanes = earlier.inCell(cellKey('lane'))
  return {
    label,
    emotions: outline.columns.map((column) => meanEmotion(earlier, column.step, lanes)),
    added: new Set(now.filter((id) => !before.has(id))),
    changed: new Set(now.filter(isChanged)),
    removed: removed.map((item) => String(item.fields['title'] ?? '')),
  }
}

/** Compare with another journey: only how it feels, its steps stretched over ours. */
export function compareWithPair(outline: Outline, other: Snapshot, label: string): MapComparison {
  const otherStore = storeFrom(other)
  const lanes = otherStore.inCell(cellKey('lane'))
  const steps = otherStore.inCell(cellKey('stage')).flatMap((stage) => otherStore.inCell(cellKey('step', stage)))
  const last = Math.max(outline.columns.length - 1, 1)
  const at = (column: number) => steps[Math.round((column * (steps.length - 1)) / last)]
  const emotions = outline.columns.map((_, column) => meanEmotion(otherStore, at(column) ?? '', lanes))
  return { label, emotions, added: new Set(), changed: new Set(), removed: [] }
}

function storeFrom(snapshot: Snapshot): Store {
  const store = new Store()
  store.load(snapshot)
  return store
}
