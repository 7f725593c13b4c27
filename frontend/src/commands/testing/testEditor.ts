/** A small editor for tests, built from the real store, state and session and the model server. */
import { vi } from 'vitest'
import { eventually } from '../../lib/testing/eventually'
import { Signal } from '../../lib/signal'
import { stageOwnership } from '../../model/ownership'
import type { Id, Item } from '../../model/records'
import { Comments } from '../../store/comments'
import { StoreSelector } from '../../store/storeSelector'
import { OutlineCache } from '../../store/outline'
import { Store } from '../../store/store'
import { SHOP } from '../../store/testing/records'
import { type Cursor, type Mode, EditorState } from '../../store/editorState'
import { Drafts } from '../../lib/drafts'
import { HttpApi, type Api } from '../../sync/api'
import { UnsavedTexts } from '../../sync/unsavedTexts'
import { MemoryJournal } from '../../sync/testing/journal'
import type { Peer } from '../../sync/liveSocket'
import { type Member, MemberDirectory } from '../../sync/members'
import { Session } from '../../sync/session'
import { ModelServer } from '../../sync/testing/server'
import type { Command, Editor, EditorUi } from '../command'

export const ME = 'member-me'

type Spied<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? ReturnType<typeof vi.fn<(...args: A) => R>>
    : T[K]
}

export interface TestEditor {
  readonly editor: Editor
  readonly server: ModelServer
  readonly ui: Spied<EditorUi>
  readonly events: { readonly refused: ReturnType<typeof vi.fn> }
  /** Wait until all changes are acknowledged. */
  settled(): Promise<void>
  /** Run a command as the keyboard does: only if it can run. */
  run(command: Command): boolean
  at(row: string, step: Id, item?: Id | null): void
}

export async function createTestEditor(
  records: readonly Item[] = SHOP,
  mode: Mode = 'draw',
  members: readonly Member[] = [],
): Promise<TestEditor> {
  const server = new ModelServer()
  const rooted = records.map((item) =>
    item.type === 'stage' || item.type === 'lane'
      ? { ...item, fields: { ...item.fields, journey: server.journey } }
      : item,
  )
  for (const item of rooted) server.records.set(item.id, item)
  const api: Api = {
    edits: async (_, body) => server.edit(ME, body as { id: Id }),
    changes: async (_, since) => server.changes(since),
    snapshot: async () => server.snapshot(),
    directory: async () => ({ stream: server.directory, version: 0, records: [] }),
  }
  const store = new Store()
  const journal = new MemoryJournal(ME)
  const state = new EditorState(mode, server.journey)
  const events = {
    refused: vi.fn(),
    overwritten: vi.fn(),
    fieldsSkipped: vi.fn(),
    caughtUp: vi.fn(),
    remoteChange: vi.fn(),
  }
  const session = new Session(store, api, journal, server.journey, server.directory, ME, events)
  await session.start(server.snapshot(), { stream: server.directory, version: 0, records: [] })
  const ui = { open: vi.fn(), toast: vi.fn(), announce: vi.fn(), visit: vi.fn() }
  const editor: Editor = {
    journey: server.journey,
    workspace: server.directory,
    store,
    outline: new OutlineCache(store),
    comments: new Comments(store),
    ownership: new StoreSelector(store, ['every:directorship', 'every:claim'], () =>
      stageOwnership(store, '2026-01-01', () => true),
    ),
    comparison: new Signal(null),
    pair: null,
    state,
    session,
    unsavedTexts: new UnsavedTexts(new Drafts(ME, null), server.journey, journal),
    api: new HttpApi('/api/v1/', { user: ME, csrf: () => '' }),
    ui,
    urls: { list: '/list/', print: '/print/', share: '/share/', storyboard: '/storyboard/' },
    members: new MemberDirectory(members, { request: () => Promise.reject(new Error('no server')) }, server.directory),
    me: { member: ME, person: null, name: 'Me' },
    admin: null,
    today: () => '2026-01-01',
    can: new Signal<ReadonlySet<string>>(new Set(['draw', 'comment'])),
    peers: new Signal<ReadonlyMap<string, Peer>>(new Map()),
  }
  return {
    editor,
    server,
    ui,
    events,
    settled: () =>
      eventually(() => {
        if (session.state.get().kind !== 'saved') throw new Error('not saved yet')
      }, 1),
    run(command) {
      if ((command.needsDrawRight && !state.mayDraw) || !command.canRun(editor)) return false
      command.run(editor)
      return true
    },
    at: (row, step, item = null) => state.placeCursor({ row, step, item } satisfies Cursor),
  }
}
