/** A gesture by name: one file each. The list of them is the menu, the palette, the keys, the help. */
import type { Signal } from '../lib/signal'
import type { ToastOptions } from '../lib/toasts'
import type { Id } from '../model/records'
import type { Appointer, Owned } from '../model/owners'
import type { Comments } from '../store/comments'
import type { Compared } from '../store/compare'
import type { Derived } from '../store/derived'
import type { Order } from '../store/outline'
import type { Store } from '../store/store'
import type { View } from '../store/view'
import type { Peer } from '../sync/live'
import type { Members } from '../sync/members'
import type { Session } from '../sync/session'
import type { HttpApi } from '../sync/api'
import type { Kept } from '../sync/kept'

/** What the page around the map knows and does; ui/ provides it. */
export interface Prompts {
  open(dialog: 'palette' | 'help' | 'move-to' | 'filter' | 'lanes' | 'person' | 'share' | 'present' | 'confirm' | 'kept', about?: unknown): void
  toast(text: string, options?: ToastOptions): void
  /** Say it to those who listen rather than look. */
  announce(text: string, urgent?: boolean): void
  visit(url: string): void
}

export interface Editor {
  readonly journey: Id
  readonly workspace: Id
  readonly store: Store
  readonly order: Order
  readonly comments: Comments
  readonly owners: Derived<ReadonlyMap<Id, Owned>> // by stage
  readonly compared: Signal<Compared | null>
  readonly pair: Id | null // the same journey in its other state
  readonly view: View
  readonly session: Session
  readonly kept: Kept
  readonly api: HttpApi
  readonly prompts: Prompts
  readonly urls: Readonly<Record<string, string>>
  readonly members: Members
  readonly me: { readonly member: Id | null; readonly person: Id | null; readonly name: string }
  readonly admin: Appointer | null // of whom to ask where there is no producer or sponsor
  readonly today: () => string // the workspace's date
  readonly can: Signal<ReadonlySet<string>>
  readonly peers: Signal<ReadonlyMap<string, Peer>>
}

export type Group = 'Make' | 'Change' | 'Move' | 'Select' | 'Clipboard' | 'Undo' | 'Look' | 'Go' | 'Share'

export interface Command {
  readonly id: string // `card.duplicate`: never renamed, the palette remembers it
  readonly name: string
  readonly group: Group
  readonly keys?: readonly string[] // 'Mod+D', 'Shift+M', 'ArrowLeft'; Mod is ⌘ on a Mac, else Ctrl
  readonly icon?: string
  /** Where it is offered on a context menu. */
  readonly on?: readonly ('card' | 'cell' | 'step' | 'stage' | 'lane' | 'map')[]
  readonly changes?: boolean // needs the right to draw
  canRun(editor: Editor): boolean
  run(editor: Editor): void
}
