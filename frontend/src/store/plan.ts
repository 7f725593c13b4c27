/**
 * What a gesture of ops will do, worked out here so that it shows at once. The server decides:
 * positions are provisional, and what goes along with a removal is what we know of.
 */
import { BLANK, CHILDREN, type Fields, type Id, type Item, type Op, WITHIN, cellOf } from '../model/records'
import { between, compare } from '../model/order'
import { type Patch, idOf, patched } from './patches'
import type { Store } from './store'

/** An op as commands write it: the ids of new records are always ours. */
export interface Intent {
  readonly op: Op['op']
  readonly type: string
  readonly id: Id
  readonly fields?: Fields
  readonly place?: Readonly<Record<string, Id | null>>
}

/** The patches of a gesture, in order. `root` is the journey, which stages and lanes name. */
export function plan(store: Store, root: Id, intents: readonly Intent[]): Patch[] {
  const draft = new Draft(store, root)
  for (const intent of intents) draft.take(intent)
  return draft.patches
}

class Draft {
  readonly patches: Patch[] = []
  private readonly changed = new Map<Id, Item | undefined>()

  constructor(
    private readonly store: Store,
    private readonly root: Id,
  ) {}

  take(intent: Intent): void {
    if (intent.op === 'add') this.add(intent)
    else if (intent.op === 'set') this.set(intent.id, intent.fields ?? {})
    else if (intent.op === 'move') this.move(intent)
    else this.remove(intent.id)
  }

  private add(intent: Intent): void {
    const rooted = intent.type === 'stage' || intent.type === 'lane' ? { journey: this.root } : {}
    const fields = { ...BLANK[intent.type], ...rooted, ...intent.fields, ...this.within(intent) }
    const item = { type: intent.type, id: intent.id, version: 0, fields }
    this.keep({ kind: 'add', item: { ...item, fields: { ...fields, ...this.position(item, intent) } } })
  }

  private move(intent: Intent): void {
    const item = this.get(intent.id)
    if (!item) return
    const fields = { ...item.fields, ...this.within(intent) }
    const moved = { ...item, fields }
    this.set(intent.id, { ...this.within(intent), ...this.position(moved, intent) })
  }

  private set(id: Id, fields: Fields): void {
    if (this.get(id)) this.keep({ kind: 'set', id, fields })
  }

  private remove(id: Id): void {
    const item = this.get(id)
    if (!item) return
    for (const [type, field, parent] of CHILDREN) {
      if (parent !== item.type) continue
      for (const child of this.allOf(type)) if (this.get(child)?.fields[field] === id) this.remove(child)
    }
    this.keep({ kind: 'remove', id })
  }

  private within(intent: Intent): Fields {
    const names = WITHIN[intent.type] ?? []
    return Object.fromEntries(names.flatMap((name) => (intent.place?.[name] ? [[name, intent.place[name]]] : [])))
  }

  /** After `place.after`, first where that is null, last where it is left out or not there. */
  private position(item: Item, intent: Intent): Fields {
    const cell = cellOf(item)
    if (cell === null) return {}
    const siblings = this.siblings(cell).filter(([, id]) => id !== item.id)
    const after = intent.place?.['after']
    const found = siblings.findIndex(([, id]) => id === after)
    const at = after === null ? 0 : found < 0 ? siblings.length : found + 1
    const [before, next] = [siblings[at - 1]?.[0] ?? null, siblings[at]?.[0] ?? null]
    // Two siblings with one key leave no room: the server re-keys the cell, we stand beside.
    return { position: before !== null && before === next ? before : between(before, next) }
  }

  private siblings(cell: string): [string, Id][] {
    const ids = new Set([...this.store.inCell(cell), ...this.changed.keys()])
    const items = [...ids].map((id) => this.get(id)).filter((item) => item !== undefined)
    const here = items.filter((item) => cellOf(item) === cell)
    return here.map((item): [string, Id] => [String(item.fields['position']), item.id]).sort(compare)
  }

  private allOf(type: string): Id[] {
    const added = [...this.changed].flatMap(([id, item]) => (item?.type === type ? [id] : []))
    return [...new Set([...this.store.ofType(type), ...added])]
  }

  private get(id: Id): Item | undefined {
    return this.changed.has(id) ? this.changed.get(id) : this.store.get(id)
  }

  private keep(patch: Patch): void {
    this.patches.push(patch)
    const id = idOf(patch)
    this.changed.set(id, patched(this.get(id), patch))
  }
}
