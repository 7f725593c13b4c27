/** A command is a named action. The same list of commands feeds menus, palette, keyboard and help. */
import type { Signal } from '../lib/signal'
import type { ToastOptions } from '../lib/toasts'
import type { Id } from '../model/records'
import type { Appointer, StageOwnership } from '../model/ownership'
import type { Comments } from '../store/comments'
import type { MapComparison } from '../store/compare'
import type { StoreSelector } from '../store/storeSelector'
import type { OutlineCache } from '../store/outline'
import type { Store } from '../store/store'
import type { EditorState } from '../store/editorState'
import type { Peer } from '../sync/liveSocket'
import type { MemberDirectory } from '../sync/members'
import type { Session } from '../sync/session'
import type { HttpApi } from '../sync/api'
import type { UnsavedTexts } from '../sync/unsavedTexts'

/** What the page around the map provides; implemented in ui/. */
export interface EditorUi {
  open(
    dialog: 'palette' | 'help' | 'move-to' | 'filter' | 'lanes' | 'person' | 'share' | 'present' | 'confirm' | 'kept',
    about?: unknown,
  ): void
  toast(text: string, options?: ToastOptions): void
  /** Announce a text to screen readers. */
  announce(text: string, urgent?: boolean): void
  visit(url: string): void
}

export interface Editor {
  readonly journey: Id
  readonly workspace: Id
  readonly store: Store
  readonly outline: OutlineCache
  readonly comments: Comments
  readonly ownership: StoreSelector<ReadonlyMap<Id, StageOwnership>> // by stage
  readonly comparison: Signal<MapComparison | null>
  readonly pair: Id | null // the journey's pair in the other state
  readonly state: EditorState
  readonly session: Session
  readonly unsavedTexts: UnsavedTexts
  readonly api: HttpApi
  readonly ui: EditorUi
  readonly urls: Readonly<Record<string, string>>
  readonly members: MemberDirectory
  readonly me: { readonly member: Id | null; readonly person: Id | null; readonly name: string }
  readonly admin: Appointer | null // the member to ask if there is no producer or sponsor
  readonly today: () => string // the current date in the workspace's time zone
  readonly can: Signal<ReadonlySet<string>>
  readonly peers: Signal<ReadonlyMap<string, Peer>>
}

export type CommandGroup = 'Add' | 'Edit' | 'Move' | 'Select' | 'Clipboard' | 'Undo' | 'View' | 'Navigate' | 'Share'

export interface Command {
  readonly id: string // `card.duplicate`: never renamed, the palette remembers it
  readonly name: string
  readonly group: CommandGroup
  readonly keys?: readonly string[] // 'Mod+D', 'Shift+M', 'ArrowLeft'; Mod is ⌘ on a Mac, else Ctrl
  readonly icon?: string
  /** The context menus that offer it. */
  readonly on?: readonly ('card' | 'cell' | 'step' | 'stage' | 'lane' | 'map')[]
  readonly needsDrawRight?: boolean
  canRun(editor: Editor): boolean
  run(editor: Editor): void
}
