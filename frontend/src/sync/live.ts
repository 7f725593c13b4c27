/**
 * The socket: a quick hint of what was committed, and who else is here. Correctness never depends
 * on it: where it is blocked or broken the map is pulled every few seconds.
 */
import { Signal } from '../lib/signal'
import { watchSignIn } from '../lib/sign_in'
import type { ChangeSet, Id } from '../model/records'
import type { Session } from './session'

export interface Presence {
  readonly sel: readonly Id[]
  readonly edit: { readonly id: Id; readonly field: string } | null
  readonly cur: { readonly step: Id; readonly lane: string; readonly dx: number; readonly dy: number } | null
  readonly view: readonly [Id, Id] | null
}

export interface Peer extends Presence {
  readonly c: string
  readonly member: Id | null
  readonly name: string
}

type Frame =
  | { t: 'hello'; version: number; directory: number; me: string; can: string[]; peers: Peer[] }
  | { t: 'change'; set: ChangeSet }
  | ({ t: 'presence' } & Peer)
  | { t: 'gone'; c: string }
  | { t: 'can'; can: string[] }
  | { t: 'resync'; version: number; directory: number }
  | { t: 'degraded' }
  | { t: 'pong' }

const POLL = 4_000 // milliseconds between pulls where there is no socket
const LOOK = 30_000 // and between looks at the people and departments, which change seldom
const PING = 25_000
const OFTEN = 100 // milliseconds between words of one's own presence
const LONGEST_WAIT = 15_000
const WAKING = ['online', 'focus', 'pageshow'] as const
const GONE = 1006 // as the browser says it: closed without a word
const FINAL = new Set([4401, 4403]) // signed out, no longer a member: it comes again when that may have changed

export class Live {
  readonly peers = new Signal<ReadonlyMap<string, Peer>>(new Map())
  readonly connected = new Signal(false)
  private socket: WebSocket | null = null
  private presence: Presence = { sel: [], edit: null, cur: null, view: null }
  private said = ''
  private timers: ReturnType<typeof setTimeout>[] = []
  private saying: ReturnType<typeof setTimeout> | null = null
  private attempt = 0
  private waking: ReturnType<typeof setTimeout> | null = null // the next attempt
  private isStopped = false
  private ended: number | null = null // the code by which the server ended it for good
  private readonly ends: (() => void)[] = []
  private isAnswered = true // whether anything came since the last ping

  constructor(
    private readonly url: string,
    private readonly session: Session,
    private readonly told: { rights(can: readonly string[]): void; ended(code: number): void },
    private readonly make: (url: string) => WebSocket = (address) => new WebSocket(address),
  ) {}

  start(): void {
    this.connect()
    this.every(POLL, () => void (this.isAlone() && this.pull()))
    this.every(LOOK, () => void (this.isAlone() && this.session.catchUp().catch(() => undefined)))
    this.every(PING, () => this.ping())
    for (const event of WAKING) window.addEventListener(event, this.wake)
    document.addEventListener('visibilitychange', this.wake)
    this.ends.push(watchSignIn(() => this.comeAgain()))
  }

  stop(): void {
    this.isStopped = true
    this.timers.forEach(clearInterval)
    this.ends.forEach((end) => end())
    for (const event of WAKING) window.removeEventListener(event, this.wake)
    document.removeEventListener('visibilitychange', this.wake)
    this.socket?.close()
  }

  /** Tell the others where one is; sent on change only, and not too often. */
  say(presence: Partial<Presence>): void {
    this.presence = { ...this.presence, ...presence }
    this.saying ??= setTimeout(() => {
      this.saying = null
      const words = JSON.stringify({ t: 'presence', ...this.presence })
      if (words !== this.said && this.post(words)) this.said = words
    }, OFTEN)
  }

  private every(milliseconds: number, work: () => void): void {
    this.timers.push(setInterval(work, milliseconds))
  }

  /** Whether nobody would tell of what is new, and somebody looks. */
  private isAlone(): boolean {
    return !this.connected.get() && !document.hidden
  }

  /** After sleep, when the network is back, or when one comes from another tab: do not wait for the next attempt. */
  private wake = (): void => {
    if (!document.hidden) this.comeAgain()
  }

  private comeAgain(): void {
    this.attempt = 0
    if (this.ended === null) this.connect()
    this.pull()
    this.session.retry()
  }

  /** A network that went away without a word leaves a socket that looks open: it does not answer. */
  private ping(): void {
    const [socket, isDead] = [this.socket, !this.isAnswered]
    this.isAnswered = false
    if (!this.post({ t: 'ping' })) this.isAnswered = true
    else if (isDead && socket) {
      socket.onclose = null
      socket.close()
      this.lost(GONE)
    }
  }

  private pull(): void {
    // Away: the next turn tries again. An answer means that one is signed in, and may have a socket.
    this.session.pull().then(() => this.ended !== null && this.connect(), () => undefined)
  }

  private connect(): void {
    if (this.isStopped || this.socket) return
    try {
      this.socket = this.make(this.url)
    } catch {
      return this.later()
    }
    this.isAnswered = true
    this.socket.onmessage = (event) => this.hear(JSON.parse(String(event.data)) as Frame)
    this.socket.onclose = (event) => this.lost(event.code)
  }

  private lost(code: number): void {
    this.socket = null
    this.connected.set(false)
    this.peers.set(new Map())
    this.said = ''
    if (!FINAL.has(code)) return this.later()
    if (this.ended !== code) this.told.ended(code)
    this.ended = code
  }

  /** Try again, each time later, and not all at the same moment. */
  private later(): void {
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** this.attempt) * (0.5 + Math.random() / 2)
    this.attempt += 1
    if (this.waking) clearTimeout(this.waking)
    this.waking = setTimeout(() => this.connect(), wait)
  }

  private hear(frame: Frame): void {
    this.isAnswered = true
    if (frame.t === 'hello') this.begin(frame)
    else if (frame.t === 'change') void this.session.receive(frame.set).catch(() => undefined)
    else if (frame.t === 'presence') this.peers.change((all) => new Map(all).set(frame.c, frame))
    else if (frame.t === 'gone') this.peers.change((all) => new Map([...all].filter(([c]) => c !== frame.c)))
    else if (frame.t === 'can') this.told.rights(frame.can)
    else if (frame.t === 'resync') this.resync(frame)
    else if (frame.t === 'degraded') this.connected.set(false)
  }

  private begin(hello: Extract<Frame, { t: 'hello' }>): void {
    this.attempt = 0
    this.ended = null
    this.connected.set(true)
    this.peers.set(new Map(hello.peers.map((peer) => [peer.c, peer])))
    this.told.rights(hello.can)
    if (hello.version !== this.session.version) this.pull()
    void this.session.catchUp(hello.directory).catch(() => undefined)
    this.session.retry()
    this.say({})
  }

  /** The server may have missed something to tell, and tells again from now on. */
  private resync({ directory }: { directory: number }): void {
    this.connected.set(true)
    this.pull()
    void this.session.catchUp(directory).catch(() => undefined)
  }

  private post(words: string | object): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false
    this.socket.send(typeof words === 'string' ? words : JSON.stringify(words))
    return true
  }
}
