/**
 * Keeps a frame's drawing in sync with the server.
 *
 * Changed elements are stored in the browser, sent in the order of the changes, and retried until the server
 * has them. Changes by others arrive through the socket or by reading the drawing again. Elements are
 * independent of each other, so repeating a request is harmless, and the version reveals a lost message.
 */
import { gettext } from '../lib/i18n'
import { Signal } from '../lib/signal'
import type { ChangeSet, Id } from '../model/records'
import { ApiError, SignedOutError } from '../sync/api'
import { RETRY_DELAYS_MS, type SyncState, withWaiting } from '../sync/session'
import type { Drawing, DrawingApi } from './drawingApi'
import type { DrawingJournal } from './drawingJournal'
import { type DrawnElement, KnownElements, isNewer, toSend } from './drawnElement'

export interface DrawingEvents {
  /** Called with elements that others drew, or that won over the user's. */
  received(elements: readonly DrawnElement[], files: Drawing['files']): void
  refused(reason: string): void
  /** Called when the server has everything and the user has paused, to update the picture. */
  settled(version: number): void
}

const EMPTY_DRAWING: Drawing = { version: 0, elements: [], records: {}, files: {} }
const SAVE_DELAY_MS = 300 // wait after a change, so that a quick series of changes is one request
const SETTLE_MS = 5_000
const MAX_BATCH = 200 // elements in a request

export class DrawingSession {
  readonly state = new Signal<SyncState>({ kind: 'saved' })
  readonly drawing: Signal<Id | null>
  version = 0
  private readonly known = new KnownElements()
  private readonly waiting = new Map<string, DrawnElement>()
  private readonly records = new Map<Id, string>() // element ids by the ids of their records
  private isClaimed = false // the drawing is this frame's own
  private isSending = false
  private isStopped = false
  private isPictureDue = false
  private saveTimer: ReturnType<typeof setTimeout> | undefined
  private settleTimer: ReturnType<typeof setTimeout> | undefined
  private wakeUp: (() => void) | null = null // ends the wait for the next attempt
  private reading: Promise<void> | null = null

  constructor(
    private readonly api: DrawingApi,
    private readonly journal: DrawingJournal,
    readonly frame: Id,
    drawing: Id | null,
    private readonly events: DrawingEvents,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((go) => setTimeout(go, ms)),
  ) {
    this.drawing = new Signal(drawing)
  }

  /** Read the drawing, with the elements that an earlier page could not send. */
  async open(): Promise<Drawing> {
    const id = this.drawing.get()
    const drawing = id === null ? EMPTY_DRAWING : await this.api.read(id)
    this.version = drawing.version
    this.addRecords(drawing.records)
    this.known.add(drawing.elements)
    const elements = new Map(drawing.elements.map((element) => [element.id, element]))
    for (const element of await this.journal.elements(this.frame)) {
      if (!isNewer(element, elements.get(element.id))) continue
      elements.set(element.id, element)
      this.waiting.set(element.id, element)
    }
    this.known.add([...this.waiting.values()])
    if (this.waiting.size) void this.flush()
    return { ...drawing, elements: [...elements.values()] }
  }

  /** Send the changed elements. `elements` are all of the drawing's, including deleted ones. */
  note(elements: readonly DrawnElement[]): void {
    const changed = this.known.changed(elements).map((element) => toSend(element))
    if (!changed.length) return
    this.known.add(changed)
    for (const element of changed) this.waiting.set(element.id, element)
    void this.journal.put(this.frame, changed)
    this.isPictureDue = true
    this.updateState()
    clearTimeout(this.settleTimer)
    clearTimeout(this.saveTimer)
    this.saveTimer = setTimeout(() => void this.flush(), SAVE_DELAY_MS)
  }

  /** Handle that the frame now shows another drawing: its first one, or a copy. */
  follow(drawing: Id | null): void {
    if (drawing === null || drawing === this.drawing.get()) return
    this.version = 0
    this.drawing.set(drawing)
    this.pull().catch(() => undefined) // the socket tries again
  }

  /** Note that the picture that others see is older than the drawing. */
  requirePicture(): void {
    this.isPictureDue = true
    this.settleTimer = setTimeout(() => this.settle(), SETTLE_MS)
  }

  /** Send all waiting elements. */
  async flush(): Promise<void> {
    if (this.isSending) return
    this.isSending = true
    for (let attempt = 0; this.waiting.size && !this.isStopped;) {
      const batch = [...this.waiting.values()].slice(0, MAX_BATCH)
      const outcome = await this.send(batch)
      if (outcome === 'done') attempt = 0
      else {
        this.state.set({ kind: outcome, waiting: this.waiting.size })
        await this.waitBeforeRetry(RETRY_DELAYS_MS[Math.min(attempt++, RETRY_DELAYS_MS.length - 1)] as number)
      }
    }
    this.isSending = false
    this.updateState()
    if (!this.waiting.size && this.isPictureDue && !this.isStopped) {
      clearTimeout(this.settleTimer)
      this.settleTimer = setTimeout(() => this.settle(), SETTLE_MS)
    }
  }

  /** Retry now, because the server is reachable again. */
  retry(): void {
    this.wakeUp?.()
    void this.flush()
  }

  /** Send everything now, then the picture, because the user leaves the frame. */
  async leave(): Promise<void> {
    clearTimeout(this.saveTimer)
    clearTimeout(this.settleTimer)
    await this.flush()
    if (!this.waiting.size) this.settle()
  }

  stop(): void {
    this.isStopped = true
    clearTimeout(this.saveTimer)
    clearTimeout(this.settleTimer)
    this.wakeUp?.()
  }

  private settle(): void {
    if (this.isPictureDue) this.events.settled(this.version)
    this.isPictureDue = false
  }

  private async waitBeforeRetry(ms: number): Promise<void> {
    const hurried = new Promise<void>((go) => (this.wakeUp = go))
    await Promise.race([this.sleep(ms), hurried])
    this.wakeUp = null
  }

  private async send(batch: readonly DrawnElement[]): Promise<'done' | 'offline' | SignedOutError['reason']> {
    try {
      const drawing = await this.own()
      const { version, lost } = await this.api.save(drawing, batch)
      this.forget(batch)
      if (version === this.version + 1) this.version = version
      if (lost.length) this.receiveElements(lost)
      return 'done'
    } catch (error) {
      if (error instanceof SignedOutError) return error.reason
      if (!(error instanceof ApiError)) return 'offline'
      this.forget(batch)
      this.events.refused(error.detail || gettext('The drawing couldn’t be saved. Try again in a moment.'))
      return 'done'
    }
  }

  private forget(batch: readonly DrawnElement[]): void {
    for (const element of batch) {
      if (this.waiting.get(element.id) === element) this.waiting.delete(element.id)
    }
    void this.journal.remove(this.frame, batch)
  }

  /** Return the frame's own drawing. A drawing that other frames show too is copied first. */
  async own(): Promise<Id> {
    const now = this.drawing.get()
    if (this.isClaimed && now !== null) return now
    const own = await this.api.claim(this.frame)
    this.isClaimed = true
    if (own !== now) {
      this.version = 0
      this.drawing.set(own)
    }
    return own
  }

  private updateState(): void {
    this.state.set(withWaiting(this.state.get(), this.waiting.size))
  }

  // -- receiving (the interface that sync/liveSocket.ts expects of a session)

  /** Apply a committed change set of the drawing. */
  async receive(set: ChangeSet): Promise<void> {
    if (set.stream !== this.drawing.get() || set.version <= this.version) return
    const elements = set.version === this.version + 1 ? this.elementsOf(set) : null
    if (!elements) return this.pull()
    this.version = set.version
    this.receiveElements(elements)
  }

  /** Read the drawing again. Concurrent calls share one request. */
  pull(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = null))
    return this.reading
  }

  catchUp(): Promise<void> {
    return Promise.resolve() // a drawing has no directory
  }

  private async read(): Promise<void> {
    const id = this.drawing.get()
    if (id === null) return
    const { version, elements, records, files } = await this.api.read(id)
    this.addRecords(records)
    if (version <= this.version) return
    this.version = version
    this.receiveElements(elements, files)
  }

  /** Return the elements of a change set, or null if it has to be read from the server. */
  private elementsOf({ changes }: ChangeSet): DrawnElement[] | null {
    if (!changes) return null
    const elements: DrawnElement[] = []
    for (const { op, id, after } of changes) {
      if (op === 'remove') continue // deleted for a day
      // A change of an element has only the fields that changed: `at`, or `shape`, or both.
      const { key = this.records.get(id), at, shape } = after as { key?: string; at?: object; shape?: object }
      const known = key && this.known.get(key)
      if (!key || (!known && !(at && shape))) return null
      this.records.set(id, key)
      elements.push({ ...known, id: key, ...at, ...shape } as DrawnElement)
    }
    return elements
  }

  private addRecords(records: Drawing['records']): void {
    for (const [id, key] of Object.entries(records)) this.records.set(id, key)
  }

  private receiveElements(elements: readonly DrawnElement[], files: Drawing['files'] = {}): void {
    const news = elements.filter((element) => isNewer(element, this.known.get(element.id)))
    this.known.add(news)
    if (news.length) this.events.received(news, files)
  }
}
