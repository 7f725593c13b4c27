/** View state of one person: cursor, selection, inline edit, zoom and rows. Never sent as edits. */
import type { Box } from '../layout/hitTest'
import { INITIAL_ZOOM } from '../layout/sizes'
import { Signal } from '../lib/signal'
import type { Id } from '../model/records'
import type { DropPreview, DragItem } from './dragState'
import type { OpDraft } from './planPatches'

/** Keys of the map's rows. A lane's key is its id. */
export type RowKey = 'stages' | 'steps' | 'scenes' | 'emotions' | 'promises' | 'notes' | 'measures' | 'owners' | Id

/** The keyboard cursor: a cell (row and step) and a record in it; no record if the cell is empty. */
export interface Cursor {
  readonly row: RowKey
  readonly step: Id // in the rows `stages` and `owners`: the first step of the stage
  readonly item: Id | null
}

/** A record that is being named before it is created (commands/newRecord.ts). */
export interface NewRecord {
  readonly gesture: Id // the pending gesture that shows it
  readonly ops: readonly OpDraft[] // the ops that create it, without its title
  readonly from: Cursor | null // the previous cursor
}

/** The text being edited in place. */
export interface InlineEdit {
  readonly id: Id
  readonly type: string
  readonly field: string
  readonly draft: string
  readonly baseText?: string // the text when editing started
  readonly cursor: Cursor
  readonly newRecord?: NewRecord
}

/** Cards picked up with the keyboard or the menu, to be dropped in the next chosen cell. */
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

/** A person's own view settings of rows, stored in the browser per journey. */
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
  readonly followedPeer = new Signal<string | null>(null) // see ui/followPeer.ts
  readonly zoom: Signal<number>
  readonly rows: Signal<RowSettings>
  readonly mode: Signal<Mode>

  constructor(
    mode: Mode,
    private readonly storageKey: string, // identifies the user and the journey
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

  /** Move the cursor to a cell or record and select the record (or nothing). */
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
      // Storage is full or blocked: the settings last as long as the page.
    }
  }

  private key(name: string): string {
    return `cxmap ${name} ${this.storageKey}`
  }
}
