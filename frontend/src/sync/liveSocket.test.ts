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

/** A socket in the hands of the test. */
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
    return this.sent.filter((one) => one.t === kind)
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

/** Between pages of one browser; of Node's own nobody knows when it tells. */
class Channel {
  static readonly all = new Set<Channel>()
  onmessage: (() => void) | null = null

  constructor() {
    Channel.all.add(this)
  }

  postMessage(): void {
    for (const one of Channel.all) if (one !== this) one.onmessage?.()
  }

  close(): void {
    Channel.all.delete(this)
  }
}

beforeEach(async () => {
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(1) // no luck in how long is waited
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
    snapshot: async () => (
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
  it('begins with hello: who is here, what one may do, and what was missed is pulled', async () => {
    changed('a')
    last().hello({ version: 1, peers: [peer('c_1')] })
    expect([live.connected.get(), [...live.peers.get().keys()]]).toEqual([true, ['c_1']])
    expect(events.rights).toHaveBeenCalledWith(['draw'])
    await pass(1)
    expect([store.get('a')?.type, session.version]).toEqual(['stage', 1])
  })

  it('pulls nothing where nothing was missed', async () => {
    last().hello()
    await pass(1)
    expect(asked).toEqual({ changes: 0, directory: 0 })
  })

  it('reads the directory again where that has gone on', async () => {
    last().hello({ directory: 7 })
    await pass(1)
    expect([asked.directory, session.directoryVersion]).toEqual([1, 7])
    away = true
    last().hello({ directory: 8 })
    await pass(1)
    expect(session.directoryVersion).toBe(7)
  })

  it('takes change sets, and pulls what is missing between', async () => {
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

  it('hears who comes, goes and looks elsewhere, and of its own rights', () => {
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

  it('sends what waits at once', async () => {
    away = true
    session.apply('Added', [{ op: 'add', type: 'stage', id: 'a', fields: { title: 'A' } }])
    await pass(4000)
    away = false
    last().hello()
    await pass(1)
    expect(server.records.has('a')).toBe(true)
  })
})

describe('a connection that ends', () => {
  it('is made again, each time later, at most after 15 seconds; hello begins anew', async () => {
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

  it('takes the others with it', () => {
    last().hello({ peers: [peer('c_1')] })
    last().end(4409)
    expect([live.connected.get(), live.peers.get().size]).toEqual([false, 0])
  })

  it.each([4401, 4403])('is final where it says so, until one may come in again (%i)', async (code) => {
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
    expect([sockets.length, events.ended.mock.calls.length]).toEqual([3, 1]) // said once
    last().hello()
    last().end(code)
    expect(events.ended).toHaveBeenCalledTimes(2)
  })

  it('is made again, and what waits is sent, as soon as one signs in in another tab', async () => {
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

  it('is given up where nobody answers any more', async () => {
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

  it('is made again at once when the network is back, or the page is seen again', async () => {
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

  it('is not made again once it was stopped', async () => {
    live.stop()
    await pass(60_000)
    expect([sockets.length, asked.changes]).toEqual([1, 0])
  })
})

describe('where there is no socket', () => {
  it('the map is pulled every four seconds, as long as it is seen', async () => {
    changed('a')
    await pass(4000)
    expect([store.get('a')?.type, asked.changes]).toEqual(['stage', 1])
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    await pass(20_000)
    expect(asked.changes).toBe(1)
  })

  it('it is tried again where the browser will not even make one', async () => {
    const stubborn = new LiveSocket('', session, events, () => {
      throw new SyntaxError('no address')
    })
    stubborn.start()
    await pass(4000)
    expect(asked.changes).toBeGreaterThan(0)
    stubborn.stop()
  })

  it('uses the browser’s own', () => {
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

  it('or it is deaf: degraded until the server says that it hears again', async () => {
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
  it('looks at the map every few seconds and at the people and departments twice a minute', async () => {
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

describe('one’s own presence', () => {
  it('is told once in 100 ms, the latest of it', async () => {
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

  it('is told on change only, and again to a new connection', async () => {
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
