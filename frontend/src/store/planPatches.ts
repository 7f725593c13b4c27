/**
 * Plans the effect of a gesture in the browser so that it shows at once.
 *
 * The result is provisional: the server decides on positions, and cascades cover only the loaded records.
 */
import {
  DEFAULT_FIELDS,
  CASCADES,
  type Fields,
  type Id,
  type Item,
  type Op,
  CELL_FIELDS,
  cellKeyOf,
} from '../model/records'
import { keyBetween, comparePositions } from '../model/fractionalIndex'
import { type Patch, patchedId, applyPatch } from './patches'
import type { Store } from './store'

/** An op as commands create it. The browser always chooses the ids of new records. */
export interface OpDraft {
  readonly op: Op['op']
  readonly type: string
  readonly id: Id
  readonly fields?: Fields
  readonly place?: Readonly<Record<string, Id | null>>
}

/** Return the patches of a gesture, in order. `root` is the journey, the parent of stages and lanes. */
export function planPatches(store: Store, root: Id, ops: readonly OpDraft[]): Patch[] {
  const planner = new PatchPlanner(store, root)
  for (const op of ops) planner.apply(op)
  return planner.patches
}

class PatchPlanner {
  readonly patches: Patch[] = []
  private readonly changed = new Map<Id, Item | undefined>()

  constructor(
    private readonly store: Store,
    private readonly root: Id,
  ) {}

  apply(op: OpDraft): void {
    if (op.op === 'add') this.add(op)
    else if (op.op === 'set') this.set(op.id, op.fields ?? {})
    else if (op.op === 'move') this.move(op)
    else this.remove(op.id)
  }

  private add(op: OpDraft): void {
    const rooted = op.type === 'stage' || op.type === 'lane' ? { journey: this.root } : {}
    const fields = { ...DEFAULT_FIELDS[op.type], ...rooted, ...op.fields, ...this.cellFields(op) }
    const item = { type: op.type, id: op.id, version: 0, fields }
    this.push({ kind: 'add', item: { ...item, fields: { ...fields, ...this.positionField(item, op) } } })
  }

  private move(op: OpDraft): void {
    const item = this.get(op.id)
    if (!item) return
    const fields = { ...item.fields, ...this.cellFields(op) }
    const moved = { ...item, fields }
    this.set(op.id, { ...this.cellFields(op), ...this.positionField(moved, op) })
  }

  private set(id: Id, fields: Fields): void {
    if (this.get(id)) this.push({ kind: 'set', id, fields })
  }

  private remove(id: Id): void {
    const item = this.get(id)
    if (!item) return
    for (const [type, field, parent] of CASCADES) {
      if (parent !== item.type) continue
      for (const child of this.allOf(type)) if (this.get(child)?.fields[field] === id) this.remove(child)
    }
    this.push({ kind: 'remove', id })
  }

  private cellFields(op: OpDraft): Fields {
    const names = CELL_FIELDS[op.type] ?? []
    return Object.fromEntries(names.flatMap((name) => (op.place?.[name] ? [[name, op.place[name]]] : [])))
  }

  /** Return the position after `place.after`: first if that is null, last if it is omitted or missing. */
  private positionField(item: Item, op: OpDraft): Fields {
    const cell = cellKeyOf(item)
    if (cell === null) return {}
    const siblings = this.siblings(cell).filter(([, id]) => id !== item.id)
    const after = op.place?.['after']
    const index = siblings.findIndex(([, id]) => id === after)
    const at = after === null ? 0 : index < 0 ? siblings.length : index + 1
    const [before, next] = [siblings[at - 1]?.[0] ?? null, siblings[at]?.[0] ?? null]
    // Two siblings with the same key leave no room between them. The server re-keys the cell; here the same key is
    // reused.
    return { position: before !== null && before === next ? before : keyBetween(before, next) }
  }

  private siblings(cell: string): [string, Id][] {
    const ids = new Set([...this.store.inCell(cell), ...this.changed.keys()])
    const items = [...ids].map((id) => this.get(id)).filter((item) => item !== undefined)
    const inCell = items.filter((item) => cellKeyOf(item) === cell)
    return inCell.map((item): [string, Id] => [String(item.fields['position']), item.id]).sort(comparePositions)
  }

  private allOf(type: string): Id[] {
    const added = [...this.changed].flatMap(([id, item]) => (item?.type === type ? [id] : []))
    return [...new Set([...this.store.ofType(type), ...added])]
  }

  private get(id: Id): Item | undefined {
    return this.changed.has(id) ? this.changed.get(id) : this.store.get(id)
  }

  private push(patch: Patch): void {
    this.patches.push(patch)
    const id = patchedId(patch)
    this.changed.set(id, applyPatch(this.get(id), patch))
  }
}
