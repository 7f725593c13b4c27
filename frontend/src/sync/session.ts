/**
 * Keeps a map in sync with the server.
 *
 * Gestures are sent one at a time, in order, under an id that makes a repeat harmless. Change sets arrive by
 * any route (answer, socket, pull) and are applied once, in version order. The session doesn't depend on the
 * socket, because gaps are pulled.
 */
import { gettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import { Signal } from '../lib/signal'
import type { AnyRecord, ChangeSet, EditAnswer, Fields, Id, Snapshot } from '../model/records'
import { UndoHistory } from '../store/undoHistory'
import { findBlockingLock, lockName } from '../store/locks'
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

/** Return the state with another number of waiting changes. An obstacle to sending lasts until nothing waits. */
export function withWaiting(now: SyncState, waiting: number): SyncState {
  if (!waiting) return { kind: 'saved' }
  return { kind: now.kind === 'saved' ? 'saving' : now.kind, waiting }
}

/** Events to show to the user. */
export interface SessionEvents {
  /** A gesture was rejected; its typed texts must be preserved. */
  refused(label: string, refusal: ApiError, ops: readonly OpDraft[]): void
  overwritten(what: OverwrittenText): void
  fieldsSkipped(count: number): void
  caughtUp(sets: number, people: number): void
  /** Someone else's change set was applied. */
  remoteChange(set: ChangeSet): void
}

export const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000] // between attempts
const SIGN_IN_CHECK_MS = 5_000

export class Session {
  readonly state = new Signal<SyncState>({ kind: 'saved' })
  readonly history = new UndoHistory()
  readonly shownVersion = new Signal(0) // the version of the map on the screen
  directoryVersion = 0
  private readonly queue: JournalEntry[] = []
  private readonly outOfOrder = new Map<Id, ChangeSet>() // change sets that arrived ahead of their turn
  private readonly overwriteDetector: OverwriteDetector
  private isSending = false
  private wakeUp: (() => void) | null = null // ends the wait before the next attempt
  private pulling: Promise<void> | null = null
  private directoryWanted = 0 // a directory version that could not be read yet
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

  /** Load the map and enqueue the gestures that an earlier page could not send. */
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

  /** Apply a gesture: show it, store it in the journal and send it. Return its id, or null if a lock forbids it. */
  apply(label: string, ops: readonly OpDraft[]): Id | null {
    const patches = planPatches(this.store, this.journey, ops)
    if (this.rejectIfLocked(label, patches, ops)) return null
    const entry = { gesture: uuid7(), journey: this.journey, label, at: Date.now(), ops }
    const diff = this.enqueue(entry, patches)
    this.history.push({ gesture: entry.gesture, label, diff })
    this.persist(entry)
    return entry.gesture
  }

  /**
   * Undo or redo the last gesture (or the given one). Return its label, or null if there is none or a lock forbids it.
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

  /** Reject changes to locked records. The server would reject them too; checking first avoids a visible rollback. */
  private rejectIfLocked(label: string, patches: readonly Patch[], ops: readonly OpDraft[]): boolean {
    const lock = findBlockingLock(this.store, patches)
    if (lock) {
      const detail = gettext('{label} is locked. Unlock it to change it.', { label: lockName(this.store, lock) })
      this.events.refused(label, new ApiError(403, 'locked', detail), ops)
    }
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

  /**
   * Store and send a gesture. The page may end during this call: the entry is in the journal and the request is on its
   * way.
   */
  private persist(entry: JournalEntry): void {
    void this.journal.put(entry)
    this.updateState()
    void this.flush()
  }

  // -- sending

  /** Send the queued gestures in order until none is left. */
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

  /** Send the queue without delay, because the server is reachable or the user is signed in again. */
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
   * Process the answer to a gesture. The change sets that come with it no longer concern the gesture: if they cannot be
   * applied, pulling recovers them.
   */
  private handleAnswer(entry: JournalEntry, answer: EditAnswer): void {
    this.dequeue(entry)
    if (answer.left_alone.length) this.events.fieldsSkipped(answer.left_alone.length)
    for (const set of answer.sets) this.receive(set as ChangeSet).catch(() => undefined)
    if (!answer.sets.length) this.discardNoop(entry)
  }

  /** Drop a gesture that changed nothing: no change set confirms it, and there is nothing to undo. */
  private discardNoop(entry: JournalEntry): void {
    this.store.discard(entry.gesture)
    this.history.drop(entry.gesture)
    for (const later of this.queue.filter(({ undo }) => undo === entry.gesture)) {
      this.dequeue(later)
      this.discardNoop(later)
    }
  }

  /** Roll back a rejected gesture and those that depend on it. */
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
    this.state.set(withWaiting(this.state.get(), this.queue.length))
  }

  // -- receiving

  /** Apply a committed change set in version order. Gaps before it are pulled. */
  async receive(set: ChangeSet): Promise<void> {
    if (set.stream === this.directory) return this.receiveDirectory(set)
    if (set.stream !== this.journey) return
    if (set.version <= this.version) return this.store.discard(set.gesture) // already part of a snapshot
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
    this.loadNamed((set.changes ?? []).map(({ after }) => after as Fields))
  }

  /** Load the persons and departments to which these fields refer, unless all are already loaded. */
  private loadNamed(records: readonly Fields[]): void {
    const named = records.flatMap(({ person, department }) => [person, department])
    if (named.some((id) => typeof id === 'string' && !this.store.get(id)?.version)) {
      this.directoryWanted = Infinity
      this.catchUp().catch(() => undefined)
    }
  }

  /** Show an unknown department by its name. It is loaded as soon as the server has a record that refers to it. */
  showDepartment(id: Id, name: string): void {
    if (this.store.get(id)) return
    const department = { type: 'department', id, version: 0, fields: { name, is_archived: false } }
    this.store.load({ records: [department as unknown as AnyRecord] })
  }

  /**
   * Apply a change set of the directory (people and departments).
   *
   * Only the records to which the map refers are loaded, and a gap is closed by reloading them.
   */
  private async receiveDirectory(set: ChangeSet): Promise<void> {
    if (set.version <= this.directoryVersion) return
    if (!set.changes || set.version > this.directoryVersion + 1) return this.catchUp(set.version)
    this.directoryVersion = set.version
    this.store.confirm(set, set.changes)
    const changed = set.changes.map(({ after }) => after as Fields)
    this.loadNamed(changed.filter(({ person }) => person === undefined || this.store.get(person as Id)))
  }

  /** Reload the directory if it is older than `version`. Without a version, check whether it changed. */
  async catchUp(version = Infinity): Promise<void> {
    if (version <= this.directoryVersion) return
    if (version !== Infinity) this.directoryWanted = version
    const snapshot = await this.api.directory(this.journey).catch((error: unknown) => {
      this.catchUpLater()
      throw error
    })
    this.directoryWanted = 0
    if (snapshot.version < this.directoryVersion) return // another request was faster
    this.directoryVersion = snapshot.version
    this.store.load(snapshot)
  }

  /** Fetch the changes after the shown version. Safe to call at any time: concurrent calls share one request. */
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
      // Change sets that arrived during the request may not be in the page.
      more = page.next !== null || this.newestOutOfOrder() > newestBefore
    }
    if (others) this.events.caughtUp(others, people.size)
  }

  private newestOutOfOrder(): number {
    return Math.max(0, ...[...this.outOfOrder.values()].map((set) => set.version))
  }

  /** Retry a failed read later, instead of waiting for the next change. */
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

  /** Reload the map from a snapshot, keeping pending gestures on top. */
  async reload(): Promise<void> {
    const snapshot = await this.api.snapshot(this.journey)
    if (snapshot.version < this.version) return // newer changes arrived during the request
    this.shownVersion.set(snapshot.version)
    this.store.replace(snapshot)
    this.loadNamed(snapshot.records.map(({ fields }) => fields))
    for (const set of this.outOfOrder.values()) if (set.version <= this.version) this.store.discard(set.gesture)
    this.applyInOrder()
  }
}

function refersToAny(op: OpDraft, ids: ReadonlySet<Id>): boolean {
  const values = [op.id, ...Object.values(op.place ?? {}), ...Object.values(op.fields ?? {})]
  return values.some((value) => typeof value === 'string' && ids.has(value))
}
