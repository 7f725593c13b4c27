/**
 * The WebSocket of a journey or drawing: fast delivery of committed changes, and presence. Correctness never depends on
 * it: while it is blocked or broken, the stream is polled every few seconds.
 */
import { Signal } from '../lib/signal'
import { watchSignIn } from '../lib/signIn'
import type { ChangeSet, Id } from '../model/records'
import type { Session } from './session'

export interface Presence {
  readonly sel: readonly Id[]
  readonly edit: { readonly id: Id; readonly field: string } | null
  readonly cur: { readonly step: Id; readonly lane: string; readonly dx: number; readonly dy: number } | null
  readonly view: readonly [Id, Id] | null
}

/** Another window: who it belongs to, and its presence. */
export type PeerOf<P> = P & { readonly c: string; readonly member: Id | null; readonly name: string }
export type Peer = PeerOf<Presence>

/** The receiver of the changes: the session of a map or a drawing. */
export type LiveSession = Pick<Session, 'version' | 'receive' | 'pull' | 'catchUp' | 'retry'>

interface Hello<P> {
  readonly t: 'hello'
  readonly version: number
  readonly directory: number
  readonly me: string
  readonly can: string[]
  readonly peers: readonly PeerOf<P>[]
}

type Frame<P> =
  | Hello<P>
  | { t: 'change'; set: ChangeSet }
  | ({ t: 'presence' } & PeerOf<P>)
  | { t: 'gone'; c: string }
  | { t: 'can'; can: string[] }
  | { t: 'resync'; version: number; directory: number }
  | { t: 'degraded' }
  | { t: 'pong' }

const POLL_MS = 4_000 // between pulls while there is no socket
const DIRECTORY_POLL_MS = 30_000 // between checks of the directory, which seldom changes
const PING_MS = 25_000
const PRESENCE_THROTTLE_MS = 100 // between presence frames
const MAX_RETRY_DELAY_MS = 15_000
const WAKE_EVENTS = ['online', 'focus', 'pageshow'] as const
const ABNORMAL_CLOSE = 1006 // closed without a close frame
// The server ends the connection if the user is signed out or no longer a member. Polling detects when they
// have access again.
const FINAL_CLOSE_CODES = new Set([4401, 4403])

const NO_PRESENCE: Presence = { sel: [], edit: null, cur: null, view: null }

export class LiveSocket<P extends object = Presence> {
  readonly peers = new Signal<ReadonlyMap<string, PeerOf<P>>>(new Map())
  readonly connected = new Signal(false)
  private socket: WebSocket | null = null
  private lastSent = ''
  private timers: ReturnType<typeof setTimeout>[] = []
  private presenceTimer: ReturnType<typeof setTimeout> | null = null
  private attempts = 0
  private retryTimer: ReturnType<typeof setTimeout> | null = null // of the next attempt
  private isStopped = false
  private finalCode: number | null = null // the close code by which the server ended the connection
  private readonly cleanups: (() => void)[] = []
  private hasAnswered = true // since the last ping

  constructor(
    private readonly url: string,
    private readonly session: LiveSession,
    private readonly events: { rights(can: readonly string[]): void; ended(code: number): void },
    private readonly createSocket: (url: string) => WebSocket = (address) => new WebSocket(address),
    private presence: P = NO_PRESENCE as unknown as P,
  ) {}

  start(): void {
    this.connect()
    this.schedule(POLL_MS, () => void (this.needsPolling() && this.pull()))
    this.schedule(DIRECTORY_POLL_MS, () => void (this.needsPolling() && this.session.catchUp().catch(() => undefined)))
    this.schedule(PING_MS, () => this.ping())
    for (const event of WAKE_EVENTS) window.addEventListener(event, this.onWake)
    document.addEventListener('visibilitychange', this.onWake)
    this.cleanups.push(watchSignIn(() => this.reconnectNow()))
  }

  stop(): void {
    this.isStopped = true
    this.timers.forEach(clearInterval)
    this.cleanups.forEach((cleanup) => cleanup())
    for (const event of WAKE_EVENTS) window.removeEventListener(event, this.onWake)
    document.removeEventListener('visibilitychange', this.onWake)
    this.socket?.close()
  }

  /** Send presence to the other windows, throttled and only when it changed. */
  sendPresence(presence: Partial<P>): void {
    this.presence = { ...this.presence, ...presence }
    this.presenceTimer ??= setTimeout(() => {
      this.presenceTimer = null
      const frame = JSON.stringify({ t: 'presence', ...this.presence })
      if (frame !== this.lastSent && this.send(frame)) this.lastSent = frame
    }, PRESENCE_THROTTLE_MS)
  }

  private schedule(milliseconds: number, task: () => void): void {
    this.timers.push(setInterval(task, milliseconds))
  }

  /** Return whether to poll: the page is visible, and no socket reports new changes. */
  private needsPolling(): boolean {
    return !this.connected.get() && !document.hidden
  }

  /** Reconnect without delay after sleep, when the network returns or when the reader switches back to this tab. */
  private onWake = (): void => {
    if (!document.hidden) this.reconnectNow()
  }

  private reconnectNow(): void {
    this.attempts = 0
    if (this.finalCode === null) this.connect()
    this.pull()
    this.session.retry()
  }

  /**
   * Send a ping, and reconnect if the last one was not answered. A network that drops silently leaves a socket that
   * looks open.
   */
  private ping(): void {
    const [socket, isDead] = [this.socket, !this.hasAnswered]
    this.hasAnswered = false
    if (!this.send({ t: 'ping' })) this.hasAnswered = true
    else if (isDead && socket) {
      socket.onclose = null
      socket.close()
      this.onClose(ABNORMAL_CLOSE)
    }
  }

  private pull(): void {
    // On failure the next poll tries again. An answer means that the user is signed in and may connect.
    this.session.pull().then(
      () => this.finalCode !== null && this.connect(),
      () => undefined,
    )
  }

  private connect(): void {
    if (this.isStopped || this.socket) return
    try {
      this.socket = this.createSocket(this.url)
    } catch {
      return this.scheduleReconnect()
    }
    this.hasAnswered = true
    this.socket.onmessage = (event) => this.handleFrame(JSON.parse(String(event.data)) as Frame<P>)
    this.socket.onclose = (event) => this.onClose(event.code)
  }

  private onClose(code: number): void {
    this.socket = null
    this.connected.set(false)
    this.peers.set(new Map())
    this.lastSent = ''
    if (!FINAL_CLOSE_CODES.has(code)) return this.scheduleReconnect()
    if (this.finalCode !== code) this.events.ended(code)
    this.finalCode = code
  }

  /** Reconnect with exponential backoff and jitter. */
  private scheduleReconnect(): void {
    const delay = Math.min(MAX_RETRY_DELAY_MS, 500 * 2 ** this.attempts) * (0.5 + Math.random() / 2)
    this.attempts += 1
    if (this.retryTimer) clearTimeout(this.retryTimer)
    this.retryTimer = setTimeout(() => this.connect(), delay)
  }

  private handleFrame(frame: Frame<P>): void {
    this.hasAnswered = true
    if (frame.t === 'hello') this.onHello(frame as Hello<P>)
    else if (frame.t === 'change') void this.session.receive(frame.set).catch(() => undefined)
    else if (frame.t === 'presence') this.peers.update((all) => new Map(all).set(frame.c, frame))
    else if (frame.t === 'gone') this.peers.update((all) => new Map([...all].filter(([c]) => c !== frame.c)))
    else if (frame.t === 'can') this.events.rights(frame.can)
    else if (frame.t === 'resync') this.onResync(frame)
    else if (frame.t === 'degraded') this.connected.set(false)
  }

  private onHello(hello: Hello<P>): void {
    this.attempts = 0
    this.finalCode = null
    this.connected.set(true)
    this.peers.set(new Map(hello.peers.map((peer) => [peer.c, peer])))
    this.events.rights(hello.can)
    if (hello.version !== this.session.version) this.pull()
    void this.session.catchUp(hello.directory).catch(() => undefined)
    this.session.retry()
    this.sendPresence({})
  }

  /** Handle that the server may have missed changes and reports changes again from now on. */
  private onResync({ directory }: { directory: number }): void {
    this.connected.set(true)
    this.pull()
    void this.session.catchUp(directory).catch(() => undefined)
  }

  private send(frame: string | object): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
    return true
  }
}
