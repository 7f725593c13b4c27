/** Puts the parts of the editor together from what the page carries. */
import type { Editor, Prompts } from '../commands/command'
import { Signal } from '../lib/signal'
import { Drafts, browserStorage } from '../lib/drafts'
import { toast } from '../lib/toasts'
import type { Id, Snapshot } from '../model/records'
import { type Appointer, owners } from '../model/owners'
import { count } from '../model/words'
import { Comments } from '../store/comments'
import type { Compared } from '../store/compare'
import { Derived } from '../store/derived'
import { Order } from '../store/outline'
import { Store } from '../store/store'
import { type Mode, View } from '../store/view'
import { HttpApi, pageCredentials } from '../sync/api'
import { Kept } from '../sync/kept'
import { openJournal } from '../sync/journal'
import { Live } from '../sync/live'
import { type Member, Members } from '../sync/members'
import { Session } from '../sync/session'
import { announce } from '../lib/announce'
import { dateIn } from '../lib/when'
import { dialogs } from './dialogs'
import { Heard } from './remote'

/** What pages/views/journey_map.py writes into the page. */
export interface Boot {
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

const SIGNED_OUT = 4401 // the socket's close code
const OWNERSHIP = ['stage', 'directorship', 'claim', 'deputy', 'person', 'placement', 'department'].map((type) => `every:${type}`)

export async function buildEditor(boot: Boot): Promise<{ editor: Editor; live: Live }> {
  const store = new Store()
  const storage = browserStorage()
  const api = new HttpApi(boot.urls['api'] ?? '/api/v1/', pageCredentials(boot.me.user, boot.csrf_cookie, boot.csrf))
  const view = new View(boot.mode, `${boot.me.user} ${boot.journey}`, storage)
  const journal = await openJournal(boot.me.user, storage)
  const kept = new Kept(new Drafts(boot.me.user, storage), boot.journey, journal)
  const can = new Signal<ReadonlySet<string>>(new Set(boot.can))
  const prompts: Prompts = {
    open: (dialog, about) => dialogs.set({ dialog, about }),
    toast,
    announce,
    visit: (url) => location.assign(url),
  }
  const members = new Members(boot.members, api, boot.workspace)
  const session = new Session(store, api, journal, boot.journey, boot.workspace, boot.me.member, {
    refused: (label, { code, detail }, ops) => {
      const words = code === 'locked' ? `Not allowed: ${detail}` : `${label}: not done. ${detail}`
      if (!kept.keepTexts(label, ops)) toast(words, { kind: 'brk' })
      else toast(`${words} Your text is kept.`, { kind: 'brk', label: 'Show', run: () => prompts.open('kept') })
    },
    replaced: (what) =>
      toast(`${members.nameOf(what.by)} changed this ${what.field} while you were typing.`, {
        label: 'Put mine back',
        run: () => session.do('Put a text back', [{ op: 'set', type: what.type, id: what.id, fields: { [what.field]: what.mine } }]),
      }),
    leftAlone: (count) => toast(`${count} of it had been changed by others since, and was left alone.`),
    heard: (set) => heard.hear(set),
    caughtUp: (sets, people) => toast(`Caught up: ${count(sets, 'change')} by ${people} ${people === 1 ? 'person' : 'people'}.`),
  })
  const heard = new Heard(prompts, members.nameOf)
  const live = new Live(boot.urls['socket'] ?? '', session, {
    rights: (rights) => {
      can.set(new Set(rights))
      if (boot.mode === 'draw') view.mode.set(rights.includes('draw') ? 'draw' : 'comment')
    },
    ended: (code) => toast(code === SIGNED_OUT ? 'You are signed out. Sign in again in another tab. What you change until then is kept.' : 'You are no longer in this workspace. What you see stays, but nothing is saved.', { kind: 'brk' }),
  })
  void kept.readOthers()
  await session.start(boot.snapshot, boot.directory)
  for (const [which, gesture] of [['undo', boot.undo], ['redo', boot.redo]] as const) {
    if (gesture) session.history.recall(which, { gesture, label: 'Your last change', diff: null })
  }
  live.start()
  const editor: Editor = {
    journey: boot.journey,
    workspace: boot.workspace,
    store,
    order: new Order(store),
    comments: new Comments(store),
    owners: new Derived(store, OWNERSHIP, () => owners(store, dateIn(boot.time_zone), (member) => !members.hasLeft(member))),
    compared: new Signal<Compared | null>(null),
    pair: boot.pair,
    view,
    session,
    kept,
    api,
    prompts,
    urls: boot.urls,
    members,
    me: boot.me,
    admin: boot.admin,
    today: () => dateIn(boot.time_zone),
    can,
    peers: live.peers,
  }
  return { editor, live }
}
