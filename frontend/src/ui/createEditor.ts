/** Creates the editor from the data in the page. */
import type { Editor, EditorUi } from '../commands/command'
import { gettext, ngettext } from '../lib/i18n'
import { Signal } from '../lib/signal'
import { Drafts, browserStorage } from '../lib/drafts'
import { toast } from '../lib/toasts'
import type { Id, Snapshot } from '../model/records'
import { type Appointer, stageOwnership } from '../model/ownership'
import { Comments } from '../store/comments'
import type { MapComparison } from '../store/compare'
import { StoreSelector } from '../store/storeSelector'
import { OutlineCache } from '../store/outline'
import { Store } from '../store/store'
import { type Mode, EditorState } from '../store/editorState'
import { HttpApi, pageCredentials } from '../sync/api'
import { UnsavedTexts } from '../sync/unsavedTexts'
import { openJournal } from '../sync/journal'
import { LiveSocket } from '../sync/liveSocket'
import { type Member, MemberDirectory } from '../sync/members'
import { Session } from '../sync/session'
import { announce } from '../lib/announce'
import { dateIn } from '../lib/formatDate'
import { openDialog } from './dialogState'
import { RemoteChangeAnnouncer } from './remoteChangeAnnouncer'

/** The data that pages/views/journey_map.py writes into the page. */
export interface EditorBootstrap {
  readonly journey: Id
  readonly workspace: Id
  readonly title: string
  readonly snapshot: Snapshot
  readonly directory: Snapshot
  readonly me: { readonly user: string; readonly member: Id | null; readonly person: Id | null; readonly name: string }
  readonly members: readonly Member[]
  readonly admin: Appointer | null
  readonly time_zone: string // an IANA name
  readonly can: readonly string[]
  readonly mode: Mode
  readonly undo: Id | null
  readonly redo: Id | null
  readonly pair: Id | null
  readonly csrf: string
  readonly csrf_cookie: string
  readonly urls: Readonly<Record<string, string>> // api, icons, list, map, history, print, export, ...
}

const SIGNED_OUT_CODE = 4401 // WebSocket close code
const OWNERSHIP_TOPICS = ['stage', 'directorship', 'claim', 'deputy', 'person', 'placement', 'department'].map(
  (type) => `every:${type}`,
)

export async function createEditor(bootstrap: EditorBootstrap): Promise<{ editor: Editor; live: LiveSocket }> {
  const store = new Store()
  const storage = browserStorage()
  const api = new HttpApi(
    bootstrap.urls['api'] ?? '/api/v1/',
    pageCredentials(bootstrap.me.user, bootstrap.csrf_cookie, bootstrap.csrf),
  )
  const state = new EditorState(bootstrap.mode, `${bootstrap.me.user} ${bootstrap.journey}`, storage)
  const journal = await openJournal(bootstrap.me.user, storage)
  const unsavedTexts = new UnsavedTexts(new Drafts(bootstrap.me.user, storage), bootstrap.journey, journal)
  const can = new Signal<ReadonlySet<string>>(new Set(bootstrap.can))
  const ui: EditorUi = {
    open: (dialog, about) => openDialog.set({ dialog, about }),
    toast,
    announce,
    visit: (url) => location.assign(url),
  }
  const members = new MemberDirectory(bootstrap.members, api, bootstrap.workspace)
  const session = new Session(store, api, journal, bootstrap.journey, bootstrap.workspace, bootstrap.me.member, {
    refused: (label, { code, detail }, ops) => {
      const reason =
        code === 'locked'
          ? gettext('Not allowed: {reason}', { reason: detail })
          : gettext('Not saved: {change}. {reason}', { change: label, reason: detail })
      if (!unsavedTexts.saveTexts(label, ops)) toast(reason, { kind: 'brk' })
      else
        toast(gettext('{reason} Your text was kept.', { reason }), {
          kind: 'brk',
          label: gettext('Show'),
          run: () => ui.open('kept'),
        })
    },
    overwritten: (text) => {
      const name = members.nameOf(text.by)
      const message =
        text.field === 'title'
          ? gettext('{name} changed this title while you were typing.', { name })
          : gettext('{name} changed this text while you were typing.', { name })
      toast(message, {
        label: gettext('Restore my text'),
        run: () =>
          session.apply(gettext('Restored your text'), [
            { op: 'set', type: text.type, id: text.id, fields: { [text.field]: text.mine } },
          ]),
      })
    },
    fieldsSkipped: (count) =>
      toast(
        ngettext(
          '{n} value was left unchanged because someone else has changed it since.',
          '{n} values were left unchanged because someone else has changed them since.',
          count,
        ),
      ),
    remoteChange: (set) => announcer.receive(set),
    caughtUp: (sets, people) => {
      const changeCount = ngettext('{n} change', '{n} changes', sets)
      const personCount = ngettext('{n} person', '{n} people', people)
      toast(gettext('Up to date again: {changes} by {people}.', { changes: changeCount, people: personCount }))
    },
  })
  const announcer = new RemoteChangeAnnouncer(ui, members.nameOf)
  const live = new LiveSocket(bootstrap.urls['socket'] ?? '', session, {
    rights: (rights) => {
      can.set(new Set(rights))
      if (bootstrap.mode === 'draw') state.mode.set(rights.includes('draw') ? 'draw' : 'comment')
    },
    ended: (code) =>
      toast(
        code === SIGNED_OUT_CODE
          ? gettext('You’re signed out. Sign in again in another tab. Your changes are kept until then.')
          : gettext(
              'You’re no longer a member of this workspace. You can still see this map, but changes aren’t saved.',
            ),
        { kind: 'brk' },
      ),
  })
  void unsavedTexts.loadOthers()
  await session.start(bootstrap.snapshot, bootstrap.directory)
  for (const [which, gesture] of [
    ['undo', bootstrap.undo],
    ['redo', bootstrap.redo],
  ] as const) {
    if (gesture) session.history.restoreEntry(which, { gesture, label: gettext('Your last change'), diff: null })
  }
  live.start()
  const editor: Editor = {
    journey: bootstrap.journey,
    workspace: bootstrap.workspace,
    store,
    outline: new OutlineCache(store),
    comments: new Comments(store),
    ownership: new StoreSelector(store, OWNERSHIP_TOPICS, () =>
      stageOwnership(store, dateIn(bootstrap.time_zone, new Date()), (member) => !members.hasLeft(member)),
    ),
    comparison: new Signal<MapComparison | null>(null),
    pair: bootstrap.pair,
    state,
    session,
    unsavedTexts,
    api,
    ui,
    urls: bootstrap.urls,
    members,
    me: bootstrap.me,
    admin: bootstrap.admin,
    today: () => dateIn(bootstrap.time_zone, new Date()),
    can,
    peers: live.peers,
  }
  return { editor, live }
}
