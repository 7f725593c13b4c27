/** How one person looks at a map: cursor, selection, what is typed, zoom, lanes. Never sent as edits. */
import type { Box } from '../layout/hit'
import { ENLARGED } from '../layout/sizes'
import { Signal } from '../lib/signal'
import type { Id } from '../model/records'
import type { Aim, Lift } from './lift'
import type { Intent } from './plan'

/** Rows of the map that are no lanes. A lane's row is its id. */
export type RowKey = 'stages' | 'steps' | 'scenes' | 'feels' | 'promises' | 'notes' | 'measures' | 'answers' | Id

/** Where the keyboard is: a cell (row and step), and in it a record or, if empty, none. */
export interface Cursor {
  readonly row: RowKey
  readonly step: Id // in the rows `stages` and `answers`: the first step of the stage
  readonly item: Id | null
}

/** A record that is named before it is made (commands/new_record.ts). */
export interface NewRecord {
  readonly gesture: Id // under which it is shown
  readonly intents: readonly Intent[] // what makes it, but for its name
  readonly from: Cursor | null // where the cursor was before
}

/** A text under the hand. */
export interface Editing {
  readonly id: Id
  readonly type: string
  readonly field: string
  readonly draft: string
  readonly over?: string // the text that was there when typing began
  readonly at: Cursor
  readonly newRecord?: NewRecord
}

/** Cards picked up by keyboard or menu; the next cell chosen is where they go. */
export interface Carrying {
  readonly ids: readonly Id[]
  readonly from: Cursor
}

export interface Filter {
  readonly text: string
  readonly department: Id | null
  readonly feeling: number | null
  readonly only: 'all' | 'truth' | 'comments' | 'contested'
}

export type Panel = 'inspector' | 'comments' | 'history' | null
export type Mode = 'draw' | 'comment' | 'read'

export const NO_FILTER: Filter = { text: '', department: null, feeling: null, only: 'all' }
export const ZOOMS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2]

/** A person's own arrangement of rows; kept by the browser, per journey. */
export interface Rows {
  readonly hidden: readonly RowKey[]
  readonly collapsed: readonly RowKey[]
  readonly pinned: readonly RowKey[]
}

export class View {
  readonly cursor = new Signal<Cursor | null>(null)
  readonly selection = new Signal<ReadonlySet<Id>>(new Set())
  readonly editing = new Signal<Editing | null>(null)
  readonly carrying = new Signal<Carrying | null>(null)
  readonly lift = new Signal<Lift | null>(null)
  readonly aim = new Signal<Aim | null>(null)
  readonly marquee = new Signal<Box | null>(null)
  readonly filter = new Signal<Filter>(NO_FILTER)
  readonly panel = new Signal<Panel>(null)
  readonly following = new Signal<string | null>(null) // whom one follows: ui/following.ts
  readonly zoom: Signal<number>
  readonly rows: Signal<Rows>
  readonly mode: Signal<Mode>

  constructor(
    mode: Mode,
    private readonly owner: string, // of the arrangement: a user, on a journey
    private readonly kept: Pick<Storage, 'getItem' | 'setItem'> | null = null,
  ) {
    this.mode = new Signal(mode)
    this.zoom = new Signal(this.recall('zoom', ENLARGED))
    this.rows = new Signal(this.recall<Rows>('rows', { hidden: [], collapsed: [], pinned: [] }))
    this.zoom.subscribe(() => this.keep('zoom', this.zoom.get()))
    this.rows.subscribe(() => this.keep('rows', this.rows.get()))
  }

  get mayDraw(): boolean {
    return this.mode.get() === 'draw'
  }

  select(...ids: readonly Id[]): void {
    this.selection.set(new Set(ids))
  }

  toggle(id: Id): void {
    const next = new Set(this.selection.get())
    if (!next.delete(id)) next.add(id)
    this.selection.set(next)
  }

  /** Put the cursor on a cell or a record, and select the record (or nothing). */
  go(cursor: Cursor, extend = false): void {
    this.cursor.set(cursor)
    if (!extend) this.select(...(cursor.item ? [cursor.item] : []))
    else if (cursor.item) this.selection.set(new Set([...this.selection.get(), cursor.item]))
  }

  toggleRow(which: keyof Rows, row: RowKey): void {
    this.rows.change((rows) => {
      const has = rows[which].includes(row)
      return { ...rows, [which]: has ? rows[which].filter((one) => one !== row) : [...rows[which], row] }
    })
  }

  private recall<T>(name: string, otherwise: T): T {
    try {
      return (JSON.parse(this.kept?.getItem(this.key(name)) ?? 'null') as T | null) ?? otherwise
    } catch {
      return otherwise
    }
  }

  private keep(name: string, value: unknown): void {
    try {
      this.kept?.setItem(this.key(name), JSON.stringify(value))
    } catch {
      // Storage is full or forbidden: the arrangement lasts as long as the page.
    }
  }

  private key(name: string): string {
    return `cxmap ${name} ${this.owner}`
  }
}
