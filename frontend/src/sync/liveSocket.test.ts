import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { uuid7 } from '../lib/ids'
import { announceSignIn } from '../lib/signIn'
import type { Snapshot } from '../model/records'
import { Store } from '../store/store'
import type { Api } from './api'
import { MemoryJournal } from './testing/journal'
import { LiveSocket } from './liveSocket'
import { Session } from './session'
import { ModelServer } from './testing/server'

/** A WebSocket that the test controls. */
class Socket {
  readyState: number = WebSocket.CONNECTING
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly sent: { t: string }[] = []

  send(words: string): void {
    this.sent.push(JSON.parse(words) as { t: string })
  }

  close(): void {
    this.end(1000)
  }

  end(code: number): void {
    this.readyState = WebSocket.CLOSED
    this.onclose?.({ code })
  }

  say(frame: object): void {
    this.readyState = WebSocket.OPEN
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  hello(more: object = {}): void {
    this.say({ t: 'hello', version: 0, directory: 0, me: 'c_me', can: ['draw'], peers: [], ...more })
  }

  said(kind: string): object[] {
    return this.sent.filter((frame) => frame.t === kind)
  }
}

const ME = uuid7()
const OTHER = uuid7()
const peer = (c: string) => ({ c, member: null, name: c, sel: [], edit: null, cur: null, view: null })

let server: ModelServer
let session: Session
let store: Store
let sockets: Socket[]
let live: LiveSocket
let events: {
  rights: ReturnType<typeof vi.fn<(can: readonly string[]) => void>>
  ended: ReturnType<typeof vi.fn<(code: number) => void>>
}
let asked: { changes: number; directory: number }
let away: boolean

const last = () => sockets.at(-1) as Socket
const changed = (id = uuid7()) =>
  server.edit(OTHER, { id: uuid7(), ops: [{ op: 'add', type: 'stage', id, fields: { title: 'S' } }] })

/** Replaces Node's BroadcastChannel, whose delivery time is unpredictable. */
class Channel {
  static readonly all = new Set<Channel>()
  onmessage: (() => void) | null = null

  constructor() {
    Channel.all.add(this)
  }

  postMessage(): void {
    for (const channel of Channel.all) if (channel !== this) channel.onmessage?.()
  }

  close(): void {
    Channel.all.delete(this)
  }
}

beforeEach(async () => {
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(1) // makes the reconnect delays deterministic
  server = new ModelServer()
  sockets = []
  events = { rights: vi.fn(), ended: vi.fn() }
  asked = { changes: 0, directory: 0 }
  away = false
  const api: Api = {
    edits: async (_, body) => (away ? Promise.reject(new TypeError('away')) : server.edit(ME, body as { id: string })),
    changes: async (_, since) => (
      (asked.changes += 1),
      away ? Promise.reject(new TypeError('away')) : server.changes(since)
    ),
    snapshot: async () => server.snapshot(),
    directory: async () => (
      (asked.directory += 1),
      away ? Promise.reject(new TypeError('away')) : ({ stream: server.directory, version: 7, records: [] } as Snapshot)
    ),
  }
  store = new Store()
  const silent = {
    refused: vi.fn(),
    overwritten: vi.fn(),
    fieldsSkipped: vi.fn(),
    caughtUp: vi.fn(),
    remoteChange: vi.fn(),
  }
  session = new Session(store, api, new MemoryJournal(), server.journey, server.directory, ME, silent)
  await session.start(server.snapshot(), { stream: server.directory, version: 0, records: [] })
  live = new LiveSocket('wss://here/', session, events, () => {
    const socket = new Socket()
    sockets.push(socket)
    return socket as unknown as WebSocket
  })
  live.start()
})

afterEach(() => {
  live.stop()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('a connection', () => {
  it('starts with hello: peers, rights, and a pull of missed changes', async () => {
    changed('a')
    last().hello({ version: 1, peers: [peer('c_1')] })
    expect([live.connected.get(), [...live.peers.get().keys()]]).toEqual([true, ['c_1']])
    expect(events.rights).toHaveBeenCalledWith(['draw'])
    await pass(1)
    expect([store.get('a')?.type, session.version]).toEqual(['stage', 1])
  })

  it('pulls nothing if nothing was missed', async () => {
    last().hello()
    await pass(1)
    expect(asked).toEqual({ changes: 0, directory: 0 })
  })

  it('reloads an outdated directory', async () => {
    last().hello({ directory: 7 })
    await pass(1)
    expect([asked.directory, session.directoryVersion]).toEqual([1, 7])
    away = true
    last().hello({ directory: 8 })
    await pass(1)
    expect(session.directoryVersion).toBe(7)
  })

  it('applies change sets and pulls gaps', async () => {
    last().hello()
    changed('a')
    changed('b')
    last().say({ t: 'change', set: server.sets[1] })
    await pass(1)
    expect([store.get('a')?.type, store.get('b')?.type, asked.changes]).toEqual(['stage', 'stage', 1])
    away = true
    changed('c')
    changed('d')
    last().say({ t: 'change', set: server.sets[3] })
    await pass(1)
    expect(store.get('d')).toBeUndefined()
  })

  it('updates peers and the user’s rights', () => {
    last().hello({ peers: [peer('c_1'), peer('c_2')] })
    last().say({ t: 'presence', ...peer('c_2'), sel: ['x'] })
    last().say({ t: 'presence', ...peer('c_3') })
    last().say({ t: 'gone', c: 'c_1' })
    last().say({ t: 'pong' })
    expect([...live.peers.get()].map(([c, peer]) => [c, peer.sel])).toEqual([
      ['c_2', ['x']],
      ['c_3', []],
    ])
    last().say({ t: 'can', can: ['comment'] })
    expect(events.rights).toHaveBeenLastCalledWith(['comment'])
  })

  it('sends pending gestures at once', async () => {
    away = true
    session.apply('Added', [{ op: 'add', type: 'stage', id: 'a', fields: { title: 'A' } }])
    await pass(4000)
    away = false
    last().hello()
    await pass(1)
    expect(server.records.has('a')).toBe(true)
  })
})

describe('a lost connection', () => {
  it('reconnects with growing delays of at most 15 seconds; hello resets them', async () => {
    const waits: number[] = []
    for (let n = 0; n < 7; n += 1) {
      const from = Date.now()
      const existing = sockets.length
      last().end(1006)
      while (sockets.length === existing) await pass(100)
      waits.push(Date.now() - from)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000])
    last().hello()
    last().end(1012)
    await pass(500)
    expect(sockets).toHaveLength(9)
  })

  it('clears the peers', () => {
    last().hello({ peers: [peer('c_1')] })
    last().end(4409)
    expect([live.connected.get(), live.peers.get().size]).toEqual([false, 0])
  })

  it.each([4401, 4403])('stays closed until the user may return (%i)', async (code) => {
    away = true
    last().end(code)
    await pass(60_000)
    window.dispatchEvent(new Event('focus'))
    await pass(1)
    expect([sockets.length, events.ended.mock.calls]).toEqual([1, [[code]]])
    away = false
    await pass(4_000)
    last().end(code)
    await pass(4_000)
    expect([sockets.length, events.ended.mock.calls.length]).toEqual([3, 1]) // reported once
    last().hello()
    last().end(code)
    expect(events.ended).toHaveBeenCalledTimes(2)
  })

  it('reconnects and sends pending gestures when the user signs in in another tab', async () => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    away = true
    last().end(4401)
    session.apply('Added', [{ op: 'add', type: 'stage', id: 'a', fields: { title: 'Typed' } }])
    await pass(30_000)
    away = false
    announceSignIn('me')
    await pass(1)
    expect([sockets.length, server.records.has('a'), session.state.get().kind]).toEqual([2, true, 'saved'])
  })

  it('is detected when pings are not answered', async () => {
    last().hello()
    await pass(25_000)
    expect(last().said('ping')).toHaveLength(1)
    last().say({ t: 'pong' })
    await pass(25_000)
    expect([sockets.length, live.connected.get()]).toEqual([1, true])
    await pass(25_000)
    expect(live.connected.get()).toBe(false)
    await pass(500)
    expect(sockets).toHaveLength(2)
  })

  it('reconnects at once when the network returns or the page is shown', async () => {
    last().end(1006)
    window.dispatchEvent(new Event('online'))
    expect(sockets).toHaveLength(2)
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    last().end(1006)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(sockets).toHaveLength(2)
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(sockets).toHaveLength(3)
    await pass(10_000)
    expect(sockets).toHaveLength(3)
  })

  it('does not reconnect after stop()', async () => {
    live.stop()
    await pass(60_000)
    expect([sockets.length, asked.changes]).toEqual([1, 0])
  })
})

describe('without a socket', () => {
  it('pulls the map every four seconds while it is visible', async () => {
    changed('a')
    await pass(4000)
    expect([store.get('a')?.type, asked.changes]).toEqual(['stage', 1])
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    await pass(20_000)
    expect(asked.changes).toBe(1)
  })

  it('retries if the browser cannot create a socket', async () => {
    const stubborn = new LiveSocket('', session, events, () => {
      throw new SyntaxError('no address')
    })
    stubborn.start()
    await pass(4000)
    expect(asked.changes).toBeGreaterThan(0)
    stubborn.stop()
  })

  it('uses the browser’s WebSocket', () => {
    const created: string[] = []
    vi.stubGlobal(
      'WebSocket',
      class extends Socket {
        constructor(url: string) {
          super()
          created.push(url)
        }
      },
    )
    const real = new LiveSocket('wss://there/', session, events)
    real.start()
    expect(created).toEqual(['wss://there/'])
    real.stop()
    vi.unstubAllGlobals()
  })

  it('polls while the server reports degraded delivery', async () => {
    last().hello()
    await pass(8000)
    expect(asked.changes).toBe(0)
    last().say({ t: 'degraded' })
    changed('a')
    await pass(4000)
    expect(store.get('a')?.type).toBe('stage')
    last().say({ t: 'resync', version: 1, directory: 7 })
    await pass(1)
    expect([live.connected.get(), session.directoryVersion]).toEqual([true, 7])
    const asks = asked.changes
    await pass(12_000)
    expect(asked.changes).toBe(asks)
    away = true
    last().say({ t: 'resync', version: 1, directory: 9 })
    await pass(1)
    expect(session.directoryVersion).toBe(7)
  })
})

describe('without a socket', () => {
  it('checks the map every few seconds and the directory twice a minute', async () => {
    last().end(1006)
    await pass(29_000)
    expect([asked.changes > 5, asked.directory]).toEqual([true, 0])
    await pass(2_000)
    expect([asked.directory, session.directoryVersion]).toEqual([1, 7])
    last().hello({ directory: 7 })
    await pass(30_000)
    expect(asked.directory).toBe(1)
  })
})

describe('sending presence', () => {
  it('sends the latest state at most every 100 ms', async () => {
    last().hello()
    await pass(100)
    const start = last().said('presence').length
    for (let n = 0; n < 50; n += 1) {
      live.sendPresence({ sel: [`id ${n}`] })
      await pass(10)
    }
    await pass(100)
    const events = last().said('presence').slice(start)
    expect(events.length).toBeLessThanOrEqual(6)
    expect(events.at(-1)).toEqual({ t: 'presence', sel: ['id 49'], edit: null, cur: null, view: null })
  })

  it('sends changes only, and everything to a new connection', async () => {
    last().hello()
    live.sendPresence({ sel: ['a'] })
    await pass(100)
    live.sendPresence({ sel: ['a'] })
    await pass(1000)
    expect(last().said('presence')).toHaveLength(1)
    last().end(1006)
    live.sendPresence({ cur: null })
    await pass(500)
    last().hello()
    await pass(100)
    expect(last().said('presence')).toEqual([expect.objectContaining({ sel: ['a'] })])
  })
})
