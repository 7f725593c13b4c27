/** How one person looks at a map: cursor, selection, what is typed, zoom, lanes. Never sent as edits. */
import type { Box } from '../layout/hitTest'
import { INITIAL_ZOOM } from '../layout/sizes'
import { Signal } from '../lib/signal'
import type { Id } from '../model/records'
import type { DropPreview, DragItem } from './dragState'
import type { OpDraft } from './planPatches'

/** Rows of the map that are no lanes. A lane's row is its id. */
export type RowKey = 'stages' | 'steps' | 'scenes' | 'emotions' | 'promises' | 'notes' | 'measures' | 'owners' | Id

/** Where the keyboard is: a cell (row and step), and in it a record or, if empty, none. */
export interface Cursor {
  readonly row: RowKey
  readonly step: Id // in the rows `stages` and `owners`: the first step of the stage
  readonly item: Id | null
}

/** A record that is named before it is made (commands/newRecord.ts). */
export interface NewRecord {
  readonly gesture: Id // under which it is shown
  readonly ops: readonly OpDraft[] // what makes it, but for its name
  readonly from: Cursor | null // where the cursor was before
}

/** A text under the hand. */
export interface InlineEdit {
  readonly id: Id
  readonly type: string
  readonly field: string
  readonly draft: string
  readonly baseText?: string // the text that was there when typing began
  readonly cursor: Cursor
  readonly newRecord?: NewRecord
}

/** Cards picked up by keyboard or menu; the next cell chosen is where they go. */
export interface CarriedCards {
  readonly ids: readonly Id[]
  readonly from: Cursor
}

export interface Filter {
  readonly text: string
  readonly department: Id | null
  readonly emotion: number | null
  readonly only: 'all' | 'truth' | 'comments' | 'contested'
}

export type Panel = 'inspector' | 'comments' | 'history' | null
export type Mode = 'draw' | 'comment' | 'read'

export const NO_FILTER: Filter = { text: '', department: null, emotion: null, only: 'all' }
export const ZOOM_LEVELS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2]

/** A person's own arrangement of rows; kept by the browser, per journey. */
export interface RowSettings {
  readonly hidden: readonly RowKey[]
  readonly collapsed: readonly RowKey[]
  readonly pinned: readonly RowKey[]
}

export class EditorState {
  readonly cursor = new Signal<Cursor | null>(null)
  readonly selection = new Signal<ReadonlySet<Id>>(new Set())
  readonly inlineEdit = new Signal<InlineEdit | null>(null)
  readonly carried = new Signal<CarriedCards | null>(null)
  readonly dragItem = new Signal<DragItem | null>(null)
  readonly dropPreview = new Signal<DropPreview | null>(null)
  readonly marquee = new Signal<Box | null>(null)
  readonly filter = new Signal<Filter>(NO_FILTER)
  readonly panel = new Signal<Panel>(null)
  readonly followedPeer = new Signal<string | null>(null) // whom one follows: ui/followPeer.ts
  readonly zoom: Signal<number>
  readonly rows: Signal<RowSettings>
  readonly mode: Signal<Mode>

  constructor(
    mode: Mode,
    private readonly storageKey: string, // of the arrangement: a user, on a journey
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | null = null,
  ) {
    this.mode = new Signal(mode)
    this.zoom = new Signal(this.load('zoom', INITIAL_ZOOM))
    this.rows = new Signal(this.load<RowSettings>('rows', { hidden: [], collapsed: [], pinned: [] }))
    this.zoom.subscribe(() => this.save('zoom', this.zoom.get()))
    this.rows.subscribe(() => this.save('rows', this.rows.get()))
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
  placeCursor(cursor: Cursor, extend = false): void {
    this.cursor.set(cursor)
    if (!extend) this.select(...(cursor.item ? [cursor.item] : []))
    else if (cursor.item) this.selection.set(new Set([...this.selection.get(), cursor.item]))
  }

  toggleRow(which: keyof RowSettings, row: RowKey): void {
    this.rows.update((rows) => {
      const has = rows[which].includes(row)
      return { ...rows, [which]: has ? rows[which].filter((id) => id !== row) : [...rows[which], row] }
    })
  }

  private load<T>(name: string, otherwise: T): T {
    try {
      return (JSON.parse(this.storage?.getItem(this.key(name)) ?? 'null') as T | null) ?? otherwise
    } catch {
      return otherwise
    }
  }

  private save(name: string, value: unknown): void {
    try {
      this.storage?.setItem(this.key(name), JSON.stringify(value))
    } catch {
      // Storage is full or forbidden: the arrangement lasts as long as the page.
    }
  }

  private key(name: string): string {
    return `cxmap ${name} ${this.storageKey}`
  }
}
