import { IDBFactory } from 'fake-indexeddb'
import { expect, it } from 'vitest'
import { eventually } from '../lib/testing/eventually'
import { ApiError } from '../sync/api'
import type { ChangeSet } from '../model/records'
import type { DrawingApi } from './drawingApi'
import { DrawingJournal } from './drawingJournal'
import { type DrawnElement, isNewer } from './drawnElement'
import { DrawingSession } from './drawingSession'

const line = (id: string, version = 1, versionNonce = 5): DrawnElement => ({
  id,
  version,
  versionNonce,
  isDeleted: false,
})
const ids = (elements: readonly DrawnElement[]) => elements.map(({ id, version }) => `${id}${version}`)

/** A fake server that follows the API's contract, and can be unreachable or refuse requests. */
class Server implements DrawingApi {
  readonly elements = new Map<string, DrawnElement>()
  readonly requests: string[] = []
  version = 0
  failure: Error | null = null

  claim = async () => {
    this.respond('claim')
    return 'd'
  }
  read = async () => {
    this.respond('read')
    const records = Object.fromEntries([...this.elements.keys()].map((id) => [`record of ${id}`, id]))
    return { version: this.version, elements: [...this.elements.values()], records, files: {} }
  }
  save = async (_: string, elements: readonly DrawnElement[]) => {
    this.respond(`save ${ids(elements).join(' ')}`)
    const lost = elements.flatMap((element) => {
      const stored = this.elements.get(element.id)
      if (!isNewer(element, stored)) return stored ? [stored] : []
      this.elements.set(element.id, element)
      return []
    })
    this.version += 1
    return { version: this.version, lost: lost.filter((element) => !elements.includes(element)) }
  }
  savePicture = async () => undefined
  upload = () => Promise.reject(new Error())
  earlierPictures = () => Promise.reject(new Error())
  restore = () => Promise.reject(new Error())

  private respond(request: string): void {
    if (this.failure) throw this.failure
    this.requests.push(request)
  }
}

async function start(server = new Server(), factory = new IDBFactory(), drawing: string | null = 'd') {
  const received: string[] = []
  const refusals: string[] = []
  let retry = (): void => undefined
  const journal = await DrawingJournal.open('me', 'j', factory as unknown as globalThis.IDBFactory)
  const session = new DrawingSession(
    server,
    journal,
    'f',
    drawing,
    {
      received: (elements) => received.push(...ids(elements)),
      refused: (reason) => refusals.push(reason),
      settled: () => undefined,
    },
    () => new Promise((go) => (retry = go)),
  )
  const opened = await session.open()
  return { server, factory, journal, session, received, refusals, opened, retry: () => retry() }
}

function changeSet(version: number, after: object, id = 'r'): ChangeSet {
  return { stream: 'd', version, gesture: 'g', changes: [{ op: 'add', type: 'element', id, after }] } as never
}

it('sends only what changed, and a frame without a drawing gets one first', async () => {
  const { server, session, journal } = await start(new Server(), new IDBFactory(), null)
  session.note([line('a'), line('b')])
  await session.flush()
  session.note([line('a'), line('b', 2)])
  session.note([line('a'), line('b', 2)])
  await session.flush()
  expect(server.requests).toEqual(['claim', 'save a1 b1', 'save b2'])
  await eventually(async () => expect(await journal.frames()).toEqual([]))
})

it('keeps what it cannot send, also for the next page', async () => {
  const { server, factory, session, journal } = await start()
  server.failure = new TypeError('Failed to fetch')
  session.note([line('a')])
  void session.flush()
  await eventually(() => expect(session.state.get()).toEqual({ kind: 'offline', waiting: 1 }))
  await eventually(async () => expect(await journal.frames()).toEqual(['f']))
  session.stop()
  server.failure = null
  const next = await start(server, factory)
  expect(ids(next.opened.elements)).toEqual(['a1'])
  await eventually(() => expect(ids([...server.elements.values()])).toEqual(['a1']))
})

it('stays offline when more is drawn while it waits to try again', async () => {
  const { server, session } = await start()
  server.failure = new TypeError('Failed to fetch')
  session.note([line('a')])
  void session.flush()
  await eventually(() => expect(session.state.get().kind).toBe('offline'))
  session.note([line('a'), line('b')])
  expect(session.state.get()).toEqual({ kind: 'offline', waiting: 2 })
  session.stop()
})

it('sends again as soon as the server can be reached', async () => {
  const { server, session } = await start()
  server.failure = new TypeError('Failed to fetch')
  session.note([line('a')])
  void session.flush()
  await eventually(() => expect(session.state.get().kind).toBe('offline'))
  server.failure = null
  session.retry()
  await eventually(() => expect(session.state.get().kind).toBe('saved'))
  expect(server.elements.size).toBe(1)
})

it('shows what stands instead of an element that lost', async () => {
  const { server, session, received } = await start()
  server.elements.set('a', line('a', 9))
  session.note([line('a', 2)])
  await session.flush()
  expect(received).toEqual(['a9'])
})

it('reports a refusal and goes on', async () => {
  const { server, session, refusals } = await start()
  session.note([line('a')])
  server.failure = new ApiError(409, 'drawing-full', 'The drawing is full.')
  await session.flush()
  server.failure = null
  session.note([line('a'), line('b')])
  await session.flush()
  expect([refusals, ids([...server.elements.values()])]).toEqual([['The drawing is full.'], ['b1']])
})

it('knows an element again of which only the place changed', async () => {
  const server = new Server()
  server.elements.set('a', line('a'))
  const { session, received } = await start(server)
  await session.receive(changeSet(1, { at: { version: 2, versionNonce: 1 } }, 'record of a'))
  await session.receive(changeSet(2, { at: { version: 3, versionNonce: 1 } }, 'record of a'))
  expect([received, server.requests]).toEqual([['a2', 'a3'], ['read']])
})

it('applies the next change set, and reads the drawing again if one is missing', async () => {
  const { server, session, received } = await start()
  const at = { version: 3, versionNonce: 1 }
  await session.receive(changeSet(1, { key: 'a', at, shape: { type: 'line' } }))
  expect([received, server.requests]).toEqual([['a3'], ['read']])
  server.elements.set('b', line('b'))
  server.version = 3
  await session.receive(changeSet(3, { key: 'c', at, shape: { type: 'line' } }))
  expect([received, session.version]).toEqual([['a3', 'b1'], 3])
  await session.receive(changeSet(2, { key: 'c', at, shape: { type: 'line' } })) // late
  expect(received).toEqual(['a3', 'b1'])
})

it('follows the frame to the drawing that somebody else has opened', async () => {
  const { server, session, received } = await start(new Server(), new IDBFactory(), null)
  server.elements.set('a', line('a'))
  server.version = 1
  session.follow('d')
  await eventually(() => expect(received).toEqual(['a1']))
  session.follow('d')
  expect(server.requests).toEqual(['read'])
})
