/** Comparison of a map with an earlier version of itself or with its pair. */
import { type Id, type Item, type Snapshot, cellKey } from '../model/records'
import { type Outline, meanEmotion } from './outline'
import { changedFields } from './patches'
import { Store } from './store'

export interface MapComparison {
  readonly label: string
  readonly emotions: readonly (number | null)[] // for each column of this map
  readonly added: ReadonlySet<Id> // exist only here
  readonly changed: ReadonlySet<Id>
  readonly removed: readonly string[] // titles of records that exist only in the other map
}

const COMPARED_TYPES = new Set(['stage', 'step', 'touchpoint', 'promise', 'note', 'measure'])
const IGNORED_FIELDS = new Set(['position']) // changes when neighbors are added or removed

/** Compare a map with an earlier version of itself, record by record. */
export function compareWithVersion(store: Store, outline: Outline, snapshot: Snapshot, label: string): MapComparison {
  const before = new Map(snapshot.records.map((record): [Id, Item] => [record.id, record]))
  const now = [...COMPARED_TYPES].flatMap((type) => store.ofType(type))
  const isChanged = (id: Id) => {
    const [earlier, current] = [before.get(id), store.get(id)]
    return (
      earlier !== undefined &&
      current !== undefined &&
      Object.keys(changedFields(earlier.fields, current.fields)).some((field) => !IGNORED_FIELDS.has(field))
    )
  }
  const removed = [...before.values()].filter((item) => COMPARED_TYPES.has(item.type) && !store.get(item.id))
  const earlierStore = storeFrom(snapshot)
  const lanes = earlierStore.inCell(cellKey('lane'))
  return {
    label,
    emotions: outline.columns.map((column) => meanEmotion(earlierStore, column.step, lanes)),
    added: new Set(now.filter((id) => !before.has(id))),
    changed: new Set(now.filter(isChanged)),
    removed: removed.map((item) => String(item.fields['title'] ?? '')),
  }
}

/** Compare with another journey by emotion only, with its steps stretched over the columns of this one. */
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
