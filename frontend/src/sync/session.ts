/**
 * Keeps a map and the server together. Gestures go up one at a time, in order, under an id that
 * makes a repeat harmless; change sets come down by whatever way (answer, socket, pull) and are
 * applied by version, once. Nothing here depends on the socket: a gap is pulled.
 */
import { uuid7 } from '../lib/ids'
import { Signal } from '../lib/signal'
import type { ChangeSet, EditAnswer, Id, Snapshot } from '../model/records'
import { UndoHistory } from '../store/undoHistory'
import { findBlockingLock, lockMessage } from '../store/locks'
import { type Diff, type Patch, invertDiff } from '../store/patches'
import { type OpDraft, planPatches } from '../store/planPatches'
import type { Store } from '../store/store'
import type { Api } from './api'
import { ApiError, SignedOutError } from './api'
import type { JournalEntry, Journal } from './journal'
import { OverwriteDetector, type OverwrittenText } from './overwriteDetector'

export type SyncState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly waiting: number }
  | { readonly kind: 'offline'; readonly waiting: number }
  | { readonly kind: 'signed-out' | 'other-user'; readonly waiting: number }

/** What a person should hear of. */
export interface SessionEvents {
  /** A gesture came to nothing; what was typed for it is to be given back. */
  refused(label: string, refusal: ApiError, ops: readonly OpDraft[]): void
  overwritten(what: OverwrittenText): void
  fieldsSkipped(count: number): void
  caughtUp(sets: number, people: number): void
  /** Somebody else's set has been applied. */
  remoteChange(set: ChangeSet): void
}

const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000] // milliseconds between attempts
const SIGN_IN_CHECK_MS = 5_000

export class Session {
  readonly state = new Signal<SyncState>({ kind: 'saved' })
  readonly history = new UndoHistory()
  readonly shownVersion = new Signal(0) // the version shown
  directoryVersion = 0
  private readonly queue: JournalEntry[] = []
  private readonly outOfOrder = new Map<Id, ChangeSet>() // sets that came before their turn
  private readonly overwriteDetector: OverwriteDetector
  private isSending = false
  private wakeUp: (() => void) | null = null // ends the wait between two attempts
  private pulling: Promise<void> | null = null
  private directoryWanted = 0 // the version that was heard of and could not be read
  private isCatchUpPlanned = false
  private catchUpAttempt = 0
  private isStopped = false

  constructor(
    readonly store: Store,
    private readonly api: Api,
    private readonly journal: Journal,
    readonly journey: Id,
    private readonly directory: Id,
    me: Id | null,
    private readonly events: SessionEvents,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((go) => setTimeout(go, ms)),
  ) {
    this.overwriteDetector = new OverwriteDetector(me, (what) => events.overwritten(what))
  }

  get version(): number {
    return this.shownVersion.get()
  }

  /** Show the map as the server has it, and what an earlier page could not send. */
  async start(snapshot: Snapshot, directory: Snapshot): Promise<void> {
    this.store.load({ records: [...directory.records, ...snapshot.records] })
    this.shownVersion.set(snapshot.version)
    this.directoryVersion = directory.version
    for (const entry of await this.journal.all(this.journey)) this.enqueue(entry)
    void this.flush()
  }

  stop(): void {
    this.isStopped = true
  }

  // -- gestures

  /** Do a gesture: shown now, kept now, sent as soon as may be. Return its id; null where a lock forbids it. */
  apply(label: string, ops: readonly OpDraft[]): Id | null {
    const patches = planPatches(this.store, this.journey, ops)
    if (this.rejectIfLocked(label, patches, ops)) return null
    const entry = { gesture: uuid7(), journey: this.journey, label, at: Date.now(), ops: ops }
    const diff = this.enqueue(entry, patches)
    this.history.push({ gesture: entry.gesture, label, diff })
    this.persist(entry)
    return entry.gesture
  }

  /**
   * Take back one's last gesture (or this one), or do it again; return its label, or null when there is none, or a lock
   * forbids it.
   */
  undoOrRedo(which: 'undo' | 'redo', gesture?: Id): string | null {
    const next = this.history.peek(which, gesture)
    if (next?.diff && this.rejectIfLocked(next.label, invertDiff(next.diff), [])) return null
    const undone = this.history.take(which, gesture)
    if (!undone) return null
    const entry = { gesture: uuid7(), journey: this.journey, label: undone.label, at: Date.now(), undo: undone.gesture }
    const diff = this.enqueue(entry, undone.diff ? invertDiff(undone.diff) : [])
    this.history.pushOpposite(which, { gesture: entry.gesture, label: undone.label, diff: undone.diff && diff })
    this.persist(entry)
    return undone.label
  }

  /** The server would refuse it too. Like that the map does not move first. */
  private rejectIfLocked(label: string, patches: readonly Patch[], ops: readonly OpDraft[]): boolean {
    const lock = findBlockingLock(this.store, patches)
    if (lock)
      this.events.refused(
        label,
        new ApiError(403, 'locked', `${lockMessage(this.store, lock)} Unlock it to change it.`),
        ops,
      )
    return lock !== undefined
  }

  private enqueue(
    entry: JournalEntry,
    patches: readonly Patch[] = planPatches(this.store, this.journey, entry.ops ?? []),
  ): Diff {
    this.queue.push(entry)
    const diff = this.store.show({ gesture: entry.gesture, patches })
    this.overwriteDetector.noteLocal(patches)
    return diff
  }

  /** The page may end with this very call: the journal has the entry at once, and the request is on its way. */
  private persist(entry: JournalEntry): void {
    void this.journal.put(entry)
    this.updateState()
    void this.flush()
  }

  // -- up

  /** Send what waits, in order, until there is nothing left. */
  async flush(): Promise<void> {
    if (this.isSending) return
    this.isSending = true
    for (let attempt = 0; this.queue.length && !this.isStopped;) {
      const outcome = await this.send(this.queue[0] as JournalEntry)
      if (outcome === 'done') attempt = 0
      else if (outcome === 'offline')
        await this.waitBeforeRetry(RETRY_DELAYS_MS[Math.min(attempt++, RETRY_DELAYS_MS.length - 1)] as number)
      else await this.waitBeforeRetry(SIGN_IN_CHECK_MS)
    }
    this.isSending = false
    this.updateState()
  }

  /** The server answers again, or one is signed in again: send what waits without delay. */
  retry(): void {
    this.wakeUp?.()
    void this.flush()
  }

  private async waitBeforeRetry(ms: number): Promise<void> {
    const hurried = new Promise<void>((go) => (this.wakeUp = go))
    await Promise.race([this.sleep(ms), hurried])
    this.wakeUp = null
  }

  private async send(entry: JournalEntry): Promise<'done' | 'offline' | SignedOutError['reason']> {
    const body = entry.undo ? { id: entry.gesture, undo: entry.undo } : { id: entry.gesture, ops: entry.ops }
    try {
      this.handleAnswer(entry, await this.api.edits(this.journey, body))
      return 'done'
    } catch (error) {
      if (error instanceof ApiError) {
        this.rollBack(entry, error)
        return 'done'
      }
      const kind = error instanceof SignedOutError ? error.reason : 'offline'
      this.state.set({ kind, waiting: this.queue.length })
      return kind
    }
  }

  /**
   * Take the answer to a gesture. What comes down with it is no longer about the gesture: its failures are a pull's.
   */
  private handleAnswer(entry: JournalEntry, answer: EditAnswer): void {
    this.dequeue(entry)
    if (answer.left_alone.length) this.events.fieldsSkipped(answer.left_alone.length)
    for (const set of answer.sets) this.receive(set as ChangeSet).catch(() => undefined)
    if (!answer.sets.length) this.discardNoop(entry)
  }

  /** A gesture that changed nothing has no set to confirm it, and there is nothing to take back. */
  private discardNoop(entry: JournalEntry): void {
    this.store.discard(entry.gesture)
    this.history.drop(entry.gesture)
    for (const later of this.queue.filter(({ undo }) => undo === entry.gesture)) {
      this.dequeue(later)
      this.discardNoop(later)
    }
  }

  /** Put back what was refused, and what was built on what it would have made. */
  private rollBack(entry: JournalEntry, refusal: ApiError): void {
    this.dequeue(entry)
    this.store.discard(entry.gesture)
    this.history.drop(entry.gesture)
    this.events.refused(entry.label, refusal, entry.ops ?? [])
    const addedIds = new Set((entry.ops ?? []).flatMap((op) => (op.op === 'add' ? [op.id] : [])))
    const dependsOnIt = (later: JournalEntry) =>
      later.undo === entry.gesture || (later.ops ?? []).some((op) => refersToAny(op, addedIds))
    for (let later = this.queue.find(dependsOnIt); later; later = this.queue.find(dependsOnIt))
      this.rollBack(later, refusal)
  }

  private dequeue(entry: JournalEntry): void {
    this.queue.splice(this.queue.indexOf(entry), 1)
    void this.journal.remove(entry.gesture)
    this.updateState()
  }

  private updateState(): void {
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
    if (set.version <= this.version) return this.store.discard(set.gesture) // a snapshot had it already
    this.outOfOrder.set(String(set.version), set)
    this.applyInOrder()
    if (this.outOfOrder.size) await this.pull()
  }

  private applyInOrder(): void {
    for (;;) {
      const next = this.outOfOrder.get(String(this.version + 1))
      if (!next?.changes) break
      this.outOfOrder.delete(String(next.version))
      this.applyChangeSet(next)
    }
    for (const key of [...this.outOfOrder.keys()]) if (Number(key) <= this.version) this.outOfOrder.delete(key)
  }

  private applyChangeSet(set: ChangeSet): void {
    this.shownVersion.set(set.version)
    this.overwriteDetector.check(set)
    if (!this.overwriteDetector.isOwn(set)) this.events.remoteChange(set)
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
    for (let more = true; more && !this.isStopped;) {
      const newestBefore = this.newestOutOfOrder()
      const page = await this.api.changes(this.journey, this.version)
      if (page === 'too-old') return this.reload()
      for (const set of page.results) {
        if (set.version !== this.version + 1) continue
        if (!this.overwriteDetector.isOwn(set) && set.actor.id !== null) {
          others += 1
          people.add(set.actor.id)
        }
        this.applyChangeSet(set)
      }
      this.applyInOrder()
      // What came while the page was on its way is perhaps not in it.
      more = page.next !== null || this.newestOutOfOrder() > newestBefore
    }
    if (others) this.events.caughtUp(others, people.size)
  }

  private newestOutOfOrder(): number {
    return Math.max(0, ...[...this.outOfOrder.values()].map((set) => set.version))
  }

  /** What was heard of and could not be read is read later: nothing waits for the next change. */
  private catchUpLater(): void {
    if (!this.isBehind()) this.catchUpAttempt = 0
    else if (!this.isCatchUpPlanned) {
      this.isCatchUpPlanned = true
      void this.sleep(RETRY_DELAYS_MS[Math.min(this.catchUpAttempt++, RETRY_DELAYS_MS.length - 1)] as number).then(
        () => {
          this.isCatchUpPlanned = false
          if (this.outOfOrder.size) this.pull().catch(() => undefined)
          this.catchUp(this.directoryWanted).catch(() => undefined)
        },
      )
    }
  }

  private isBehind(): boolean {
    return !this.isStopped && (this.outOfOrder.size > 0 || this.directoryVersion < this.directoryWanted)
  }

  /** Begin again from a snapshot; what waits stays on top. */
  async reload(): Promise<void> {
    const snapshot = await this.api.snapshot('journeys', this.journey)
    if (snapshot.version < this.version) return // news came while it was on its way
    this.shownVersion.set(snapshot.version)
    this.store.replace(snapshot)
    for (const set of this.outOfOrder.values()) if (set.version <= this.version) this.store.discard(set.gesture)
    this.applyInOrder()
  }
}

function refersToAny(op: OpDraft, ids: ReadonlySet<Id>): boolean {
  const values = [op.id, ...Object.values(op.place ?? {}), ...Object.values(op.fields ?? {})]
  return values.some((value) => typeof value === 'string' && ids.has(value))
}
