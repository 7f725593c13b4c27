/**
 * Keeps a map and the server together. Gestures go up one at a time, in order, under an id that
 * makes a repeat harmless; change sets come down by whatever way (answer, socket, pull) and are
 * applied by version, once. Nothing here depends on the socket: a gap is pulled.
 */
import { uuid7 } from '../lib/ids'
import { Signal } from '../lib/signal'
import type { ChangeSet, EditAnswer, Id, Snapshot } from '../model/records'
import { History } from '../store/history'
import { lockAgainst, lockedWords } from '../store/locks'
import { type Diff, type Patch, reversed } from '../store/patches'
import { type Intent, plan } from '../store/plan'
import type { Store } from '../store/store'
import type { Api } from './api'
import { Refusal, SignedOut } from './api'
import type { Entry, Journal } from './journal'
import { Mine, type Replaced } from './mine'

export type State =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly waiting: number }
  | { readonly kind: 'offline'; readonly waiting: number }
  | { readonly kind: 'signed-out' | 'other-user'; readonly waiting: number }

/** What a person should hear of. */
export interface Told {
  /** A gesture came to nothing; what was typed for it is to be given back. */
  refused(label: string, refusal: Refusal, ops: readonly Intent[]): void
  replaced(what: Replaced): void
  leftAlone(count: number): void
  caughtUp(sets: number, people: number): void
  /** Somebody else's set has been applied. */
  heard(set: ChangeSet): void
}

const DELAYS = [500, 1_000, 2_000, 4_000, 8_000, 15_000] // milliseconds between attempts
const SIGN_IN_CHECK_MS = 5_000

export class Session {
  readonly state = new Signal<State>({ kind: 'saved' })
  readonly history = new History()
  readonly at = new Signal(0) // the version shown
  directoryVersion = 0
  private readonly queue: Entry[] = []
  private readonly held = new Map<Id, ChangeSet>() // sets that came before their turn
  private readonly mine: Mine
  private sending = false
  private hurry: (() => void) | null = null // ends the wait between two attempts
  private pulling: Promise<void> | null = null
  private directoryWanted = 0 // the version that was heard of and could not be read
  private isCatchUpPlanned = false
  private catchUpAttempt = 0
  private stopped = false

  constructor(
    readonly store: Store,
    private readonly api: Api,
    private readonly journal: Journal,
    readonly journey: Id,
    private readonly directory: Id,
    me: Id | null,
    private readonly told: Told,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((go) => setTimeout(go, ms)),
  ) {
    this.mine = new Mine(me, (what) => told.replaced(what))
  }

  get version(): number {
    return this.at.get()
  }

  /** Show the map as the server has it, and what an earlier page could not send. */
  async start(snapshot: Snapshot, directory: Snapshot): Promise<void> {
    this.store.load({ records: [...directory.records, ...snapshot.records] })
    this.at.set(snapshot.version)
    this.directoryVersion = directory.version
    for (const entry of await this.journal.all(this.journey)) this.enter(entry)
    void this.flush()
  }

  stop(): void {
    this.stopped = true
  }

  // -- gestures

  /** Do a gesture: shown now, kept now, sent as soon as may be. Return its id; null where a lock forbids it. */
  do(label: string, intents: readonly Intent[]): Id | null {
    const patches = plan(this.store, this.journey, intents)
    if (this.isBarred(label, patches, intents)) return null
    const entry = { gesture: uuid7(), journey: this.journey, label, at: Date.now(), ops: intents }
    const diff = this.enter(entry, patches)
    this.history.did({ gesture: entry.gesture, label, diff })
    this.keep(entry)
    return entry.gesture
  }

  /** Take back one's last gesture (or this one), or do it again; return its label, or null when there is none, or a lock forbids it. */
  takeBack(which: 'undo' | 'redo', gesture?: Id): string | null {
    const next = this.history.peek(which, gesture)
    if (next?.diff && this.isBarred(next.label, reversed(next.diff), [])) return null
    const done = this.history.take(which, gesture)
    if (!done) return null
    const entry = { gesture: uuid7(), journey: this.journey, label: done.label, at: Date.now(), undo: done.gesture }
    const diff = this.enter(entry, done.diff ? reversed(done.diff) : [])
    this.history.tookBack(which, { gesture: entry.gesture, label: done.label, diff: done.diff && diff })
    this.keep(entry)
    return done.label
  }

  /** The server would refuse it too. Like that the map does not move first. */
  private isBarred(label: string, patches: readonly Patch[], ops: readonly Intent[]): boolean {
    const lock = lockAgainst(this.store, patches)
    if (lock) this.told.refused(label, new Refusal(403, 'locked', `${lockedWords(this.store, lock)} Unlock it to change it.`), ops)
    return lock !== undefined
  }

  private enter(entry: Entry, patches: readonly Patch[] = plan(this.store, this.journey, entry.ops ?? [])): Diff {
    this.queue.push(entry)
    const diff = this.store.show({ gesture: entry.gesture, patches })
    this.mine.wrote(patches)
    return diff
  }

  /** The page may end with this very call: the journal has the entry at once, and the request is on its way. */
  private keep(entry: Entry): void {
    void this.journal.put(entry)
    this.tell()
    void this.flush()
  }

  // -- up

  /** Send what waits, in order, until there is nothing left. */
  async flush(): Promise<void> {
    if (this.sending) return
    this.sending = true
    for (let attempt = 0; this.queue.length && !this.stopped; ) {
      const outcome = await this.send(this.queue[0] as Entry)
      if (outcome === 'done') attempt = 0
      else if (outcome === 'offline') await this.pause(DELAYS[Math.min(attempt++, DELAYS.length - 1)] as number)
      else await this.pause(SIGN_IN_CHECK_MS)
    }
    this.sending = false
    this.tell()
  }

  /** The server answers again, or one is signed in again: send what waits without delay. */
  retry(): void {
    this.hurry?.()
    void this.flush()
  }

  private async pause(ms: number): Promise<void> {
    const hurried = new Promise<void>((go) => (this.hurry = go))
    await Promise.race([this.sleep(ms), hurried])
    this.hurry = null
  }

  private async send(entry: Entry): Promise<'done' | 'offline' | SignedOut['reason']> {
    const body = entry.undo ? { id: entry.gesture, undo: entry.undo } : { id: entry.gesture, ops: entry.ops }
    try {
      this.take(entry, await this.api.edits(this.journey, body))
      return 'done'
    } catch (error) {
      if (error instanceof Refusal) {
        this.refuse(entry, error)
        return 'done'
      }
      const kind = error instanceof SignedOut ? error.reason : 'offline'
      this.state.set({ kind, waiting: this.queue.length })
      return kind
    }
  }

  /** Take the answer to a gesture. What comes down with it is no longer about the gesture: its failures are a pull's. */
  private take(entry: Entry, answer: EditAnswer): void {
    this.leave(entry)
    if (answer.left_alone.length) this.told.leftAlone(answer.left_alone.length)
    for (const set of answer.sets) this.receive(set as ChangeSet).catch(() => undefined)
    if (!answer.sets.length) this.wasNothing(entry)
  }

  /** A gesture that changed nothing has no set to confirm it, and there is nothing to take back. */
  private wasNothing(entry: Entry): void {
    this.store.drop(entry.gesture)
    this.history.forget(entry.gesture)
    for (const later of this.queue.filter(({ undo }) => undo === entry.gesture)) {
      this.leave(later)
      this.wasNothing(later)
    }
  }

  /** Put back what was refused, and what was built on what it would have made. */
  private refuse(entry: Entry, refusal: Refusal): void {
    this.leave(entry)
    this.store.drop(entry.gesture)
    this.history.forget(entry.gesture)
    this.told.refused(entry.label, refusal, entry.ops ?? [])
    const made = new Set((entry.ops ?? []).flatMap((op) => (op.op === 'add' ? [op.id] : [])))
    const builtOn = (later: Entry) => later.undo === entry.gesture || (later.ops ?? []).some((op) => mentions(op, made))
    for (let later = this.queue.find(builtOn); later; later = this.queue.find(builtOn)) this.refuse(later, refusal)
  }

  private leave(entry: Entry): void {
    this.queue.splice(this.queue.indexOf(entry), 1)
    void this.journal.remove(entry.gesture)
    this.tell()
  }

  private tell(): void {
    const waiting = this.queue.length
    const now = this.state.get()
    if (!waiting) this.state.set({ kind: 'saved' })
    else if (now.kind === 'saved' || now.kind === 'saving') this.state.set({ kind: 'saving', waiting })
    else this.state.set({ ...now, waiting })
  }

  // -- down

  /** Take a committed change set, in its turn; what is missing before it is pulled. */
  async receive(set: ChangeSet): Promise<void> {
    if (set.stream === this.directory) return this.receiveDirectory(set)
    if (set.stream !== this.journey) return
    if (set.version <= this.version) return this.store.drop(set.gesture) // a snapshot had it already
    this.held.set(String(set.version), set)
    this.applyHeld()
    if (this.held.size) await this.pull()
  }

  private applyHeld(): void {
    for (;;) {
      const next = this.held.get(String(this.version + 1))
      if (!next?.changes) break
      this.held.delete(String(next.version))
      this.apply(next)
    }
    for (const key of [...this.held.keys()]) if (Number(key) <= this.version) this.held.delete(key)
  }

  private apply(set: ChangeSet): void {
    this.at.set(set.version)
    this.mine.seen(set)
    if (!this.mine.isMine(set)) this.told.heard(set)
    this.store.confirm(set, set.changes ?? [])
  }

  /** People and departments: a gap is closed by the whole directory, which is small. */
  private async receiveDirectory(set: ChangeSet): Promise<void> {
    if (set.version <= this.directoryVersion) return
    if (!set.changes || set.version > this.directoryVersion + 1) return this.catchUp(set.version)
    this.directoryVersion = set.version
    this.store.confirm(set, set.changes)
  }

  /** Read the directory again if it is not yet at this version; without one, to see whether it changed. */
  async catchUp(version = Infinity): Promise<void> {
    if (version <= this.directoryVersion) return
    if (version !== Infinity) this.directoryWanted = version
    const snapshot = await this.api.snapshot('workspaces', this.directory).catch((error: unknown) => {
      this.catchUpLater()
      throw error
    })
    this.directoryWanted = 0
    if (snapshot.version <= this.directoryVersion) return // nothing new, or another one was quicker
    this.directoryVersion = snapshot.version
    this.store.load(snapshot)
  }

  /** Fetch what came after the version shown. Safe to call at any time; one runs at once. */
  pull(): Promise<void> {
    this.pulling ??= this.pullAll()
    return this.pulling
  }

  private async pullAll(): Promise<void> {
    try {
      await this.pullPages()
      if (this.queue.length) this.retry()
    } finally {
      this.pulling = null
      this.catchUpLater()
    }
  }

  private async pullPages(): Promise<void> {
    let others = 0
    const people = new Set<Id | null>()
    for (let more = true; more && !this.stopped; ) {
      const heldBefore = this.newestHeld()
      const page = await this.api.changes(this.journey, this.version)
      if (page === 'too-old') return this.reload()
      for (const set of page.results) {
        if (set.version !== this.version + 1) continue
        if (!this.mine.isMine(set) && set.actor.id !== null) {
          others += 1
          people.add(set.actor.id)
        }
        this.apply(set)
      }
      this.applyHeld()
      // What came while the page was on its way is perhaps not in it.
      more = page.next !== null || this.newestHeld() > heldBefore
    }
    if (others) this.told.caughtUp(others, people.size)
  }

  private newestHeld(): number {
    return Math.max(0, ...[...this.held.values()].map((set) => set.version))
  }

  /** What was heard of and could not be read is read later: nothing waits for the next change. */
  private catchUpLater(): void {
    if (!this.isBehind()) this.catchUpAttempt = 0
    else if (!this.isCatchUpPlanned) {
      this.isCatchUpPlanned = true
      void this.sleep(DELAYS[Math.min(this.catchUpAttempt++, DELAYS.length - 1)] as number).then(() => {
        this.isCatchUpPlanned = false
        if (this.held.size) this.pull().catch(() => undefined)
        this.catchUp(this.directoryWanted).catch(() => undefined)
      })
    }
  }

  private isBehind(): boolean {
    return !this.stopped && (this.held.size > 0 || this.directoryVersion < this.directoryWanted)
  }

  /** Begin again from a snapshot; what waits stays on top. */
  async reload(): Promise<void> {
    const snapshot = await this.api.snapshot('journeys', this.journey)
    if (snapshot.version < this.version) return // news came while it was on its way
    this.at.set(snapshot.version)
    this.store.replace(snapshot)
    for (const set of this.held.values()) if (set.version <= this.version) this.store.drop(set.gesture)
    this.applyHeld()
  }
}

function mentions(op: Intent, ids: ReadonlySet<Id>): boolean {
  const named = [op.id, ...Object.values(op.place ?? {}), ...Object.values(op.fields ?? {})]
  return named.some((value) => typeof value === 'string' && ids.has(value))
}
