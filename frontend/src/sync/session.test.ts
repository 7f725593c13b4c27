import { type Mock, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../lib/testing/eventually'
import { uuid7 } from '../lib/ids'
import type { ChangeSet, EditAnswer, Snapshot } from '../model/records'
import { Store } from '../store/store'
import { type Api, type ChangeSetPage, ApiError, SignedOutError } from './api'
import { MemoryJournal } from './testing/journal'
import { Session, type SessionEvents } from './session'
import { ModelServer } from './testing/server'

const ME = uuid7()
const OTHER = uuid7()
let server: ModelServer
let journal: MemoryJournal
let events: { [name in keyof SessionEvents]: Mock<SessionEvents[name]> }
let fail: Error | null // the error of every request while it is set

beforeEach(() => {
  server = new ModelServer()
  journal = new MemoryJournal()
  events = { refused: vi.fn(), overwritten: vi.fn(), fieldsSkipped: vi.fn(), caughtUp: vi.fn(), remoteChange: vi.fn() }
  fail = null
})

const api: Api = {
  edits: async (_, body) => (fail ? Promise.reject(fail) : (server.edit(ME, body as { id: string }) as EditAnswer)),
  changes: async (_, since) => (fail ? Promise.reject(fail) : server.changes(since)),
  snapshot: async () => server.snapshot(),
  directory: async () => ({ stream: server.directory, version: 0, records: [] }),
}

async function open(more: Partial<Api> = {}): Promise<{ store: Store; session: Session }> {
  const store = new Store()
  const session = new Session(
    store,
    { ...api, ...more },
    journal,
    server.journey,
    server.directory,
    ME,
    events,
    () => new Promise((go) => setTimeout(go, 1)),
  )
  await session.start(server.snapshot(), { stream: server.directory, version: 0, records: [] })
  return { store, session }
}

const addStage = (id: string, title = 'Stage') => ({ op: 'add' as const, type: 'stage', id, fields: { title } })
const retitle = (id: string, title: string) => ({ op: 'set' as const, type: 'stage', id, fields: { title } })

/** Let everything that is on its way arrive. It takes turns of the event loop, not time, so that load doesn't matter. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((go) => setTimeout(go, 1))
}

describe('sending', () => {
  it('shows a gesture at once, sends it and reports it as saved', async () => {
    const { store, session } = await open()
    session.apply('Added', [addStage('a')])
    expect(store.get('a')?.fields['title']).toBe('Stage')
    expect(session.state.get().kind).toBe('saving')
    await quiet()
    expect(session.state.get()).toEqual({ kind: 'saved' })
    expect(server.sets).toHaveLength(1)
    expect(await journal.all(server.journey)).toEqual([])
  })

  it('keeps gestures while the server is unreachable, and sends them in order afterwards', async () => {
    const { store, session } = await open()
    fail = new TypeError('no network')
    session.apply('Added', [addStage('a')])
    session.apply('Changed', [retitle('a', 'New')])
    await eventually(() => expect(session.state.get()).toEqual({ kind: 'offline', waiting: 2 }))
    expect(store.get('a')?.fields['title']).toBe('New')
    expect(await journal.all(server.journey)).toHaveLength(2)
    fail = null
    await eventually(() => expect(session.state.get()).toEqual({ kind: 'saved' }))
    expect(server.records.get('a')?.fields['title']).toBe('New')
    session.stop()
  })

  it('continues with gestures that an earlier page could not send', async () => {
    await journal.put({ gesture: uuid7(), journey: server.journey, label: 'Added', at: 1, ops: [addStage('a')] })
    await journal.put({ gesture: uuid7(), journey: 'another journey', label: 'Added', at: 2, ops: [addStage('b')] })
    const { store } = await open()
    expect(store.get('a')).toBeDefined()
    await eventually(() => expect(server.records.has('a')).toBe(true))
    expect(store.get('b')).toBeUndefined()
  })

  it('rolls back a rejected gesture and those that depend on it, with the reason', async () => {
    const { store, session } = await open()
    fail = new TypeError('no network')
    const first = session.apply('Added', [addStage('a')])
    session.apply('Step', [{ op: 'add', type: 'step', id: 'p', fields: { title: 'P' }, place: { stage: 'a' } }])
    session.undoOrRedo('undo')
    await quiet()
    fail = new ApiError(403, 'locked', 'This stage is locked.')
    await eventually(() => expect(session.state.get()).toEqual({ kind: 'saved' }))
    expect([store.get('a'), store.get('p')]).toEqual([undefined, undefined])
    expect(events.refused).toHaveBeenCalledWith('Added', expect.objectContaining({ code: 'locked' }), [addStage('a')])
    expect(session.history.undoable.get().some((entry) => entry.gesture === first)).toBe(false)
  })

  it('reports a rejection once, even with two dependencies', async () => {
    const { session } = await open()
    fail = new TypeError('no network')
    session.apply('A', [addStage('a')])
    session.apply('B', [{ op: 'add', type: 'step', id: 'p', fields: { title: 'P' }, place: { stage: 'a' } }])
    session.apply('C', [{ op: 'add', type: 'promise', id: 'q', fields: { title: 'Q', made_in: 'p', stage: 'a' } }])
    await quiet()
    fail = new ApiError(403, 'locked', 'This stage is locked.')
    await eventually(() => expect(session.state.get()).toEqual({ kind: 'saved' }))
    expect(events.refused.mock.calls.map(([label]) => label as string)).toEqual(['A', 'B', 'C'])
  })

  it('sends an undo that an earlier page could not send', async () => {
    server.edit(ME, { id: 'before', ops: [addStage('a')] })
    await journal.put({ gesture: uuid7(), journey: server.journey, label: 'Added', at: 1, undo: 'before' })
    await open()
    await eventually(() => expect(server.records.has('a')).toBe(false))
  })

  it.each(['signed-out', 'other-user'] as const)(
    'keeps everything while nobody, or somebody else, is signed in (%s)',
    async (kind) => {
      const { session } = await open()
      fail = new SignedOutError(kind)
      session.apply('Added', [addStage('a')])
      await eventually(() => expect(session.state.get()).toEqual({ kind, waiting: 1 }))
      session.apply('Changed', [retitle('a', 'New')])
      await eventually(() => expect(session.state.get()).toEqual({ kind, waiting: 2 }))
      expect([events.refused.mock.calls, await journal.all(server.journey)]).toEqual([
        [],
        [expect.anything(), expect.anything()],
      ])
      fail = null // without any event: the session checks by itself
      await eventually(() => expect(server.records.get('a')?.fields['title']).toBe('New'))
    },
  )

  it('loses nothing if the change sets of an answer cannot be applied', async () => {
    const { session } = await open({
      changes: async () => Promise.reject(new ApiError(404, 'not-found', 'There is nothing here.')),
    })
    server.edit(OTHER, { id: uuid7(), ops: [addStage('x')] })
    session.apply('Added', [addStage('a')])
    session.apply('Added', [addStage('b')])
    await eventually(() => expect(server.records.has('b')).toBe(true))
    expect(events.refused).not.toHaveBeenCalled()
    session.stop()
  })

  it('stores and sends a gesture before the page can end', async () => {
    const edits = vi.fn(api.edits)
    const { session } = await open({ edits })
    const put = vi.spyOn(journal, 'put')
    session.apply('Added', [addStage('a')])
    expect([put.mock.calls.length, edits.mock.calls.length]).toEqual([1, 1])
    await quiet()
  })

  it('stops waiting once the server answers again', async () => {
    const store = new Store()
    const forever = () => new Promise<void>(() => undefined)
    const session = new Session(store, api, journal, server.journey, server.directory, ME, events, forever)
    await session.start(server.snapshot(), { stream: server.directory, version: 0, records: [] })
    fail = new TypeError('no network')
    session.apply('Added', [addStage('a')])
    await eventually(() => expect(session.state.get().kind).toBe('offline'))
    fail = null
    await session.pull()
    await eventually(() => expect(session.state.get()).toEqual({ kind: 'saved' }))
    session.stop()
  })

  it('drops a gesture that changed nothing', async () => {
    const { store, session } = await open()
    session.apply('Added', [addStage('a')])
    await quiet()
    session.apply('Same', [retitle('a', 'Stage')])
    await quiet()
    expect(store.pending).toEqual([])
    expect(server.sets).toHaveLength(1)
  })
})

describe('undo and redo', () => {
  it('apply locally at once and then on the server', async () => {
    const { store, session } = await open()
    expect(session.undoOrRedo('undo')).toBeNull()
    session.apply('Added', [addStage('a')])
    await quiet()
    expect(session.undoOrRedo('undo')).toBe('Added')
    expect(store.get('a')).toBeUndefined()
    await quiet()
    expect(server.records.has('a')).toBe(false)
    expect(session.undoOrRedo('redo')).toBe('Added')
    expect(store.get('a')).toBeDefined()
    await quiet()
    expect(server.records.has('a')).toBe(true)
  })

  it('undo a gesture from before this page when the server answers', async () => {
    server.edit(ME, { id: 'before', ops: [addStage('a')] })
    const { store, session } = await open()
    session.history.restoreEntry('undo', { gesture: 'before', label: 'Your last change', diff: null })
    session.undoOrRedo('undo')
    expect(store.get('a')).toBeDefined()
    await quiet()
    expect(store.get('a')).toBeUndefined()
  })

  it('have nothing to undo if a gesture changed nothing', async () => {
    const { store, session } = await open()
    session.apply('Added', [addStage('a')])
    await quiet()
    server.edit(OTHER, { id: uuid7(), ops: [retitle('a', 'The same')] })
    session.apply('Changed', [retitle('a', 'The same')])
    session.undoOrRedo('undo') // before the server has answered that nothing changed
    session.undoOrRedo('redo')
    await quiet()
    expect(events.refused).not.toHaveBeenCalled()
    expect(session.state.get()).toEqual({ kind: 'saved' })
    expect(session.history.undoable.get().map((done) => done.label)).toEqual(['Added'])
    expect([session.history.redoable.get(), store.pending, server.sets.length]).toEqual([[], [], 2])
    expect(await journal.all(server.journey)).toEqual([])
  })

  it('report values that someone else has changed since', async () => {
    const { session } = await open()
    session.apply('Added', [addStage('a')])
    await quiet()
    session.apply('Changed', [retitle('a', 'Mine')])
    await quiet()
    server.edit(OTHER, { id: uuid7(), ops: [retitle('a', 'Theirs')] })
    session.undoOrRedo('undo')
    await quiet()
    expect(events.fieldsSkipped).toHaveBeenCalledWith(1)
    expect(server.records.get('a')?.fields['title']).toBe('Theirs')
  })
})

describe('receiving', () => {
  const last = () => structuredClone(server.sets.at(-1)) as ChangeSet

  it('applies change sets once, in order, and pulls gaps', async () => {
    const { store, session } = await open()
    server.edit(OTHER, { id: uuid7(), ops: [addStage('a')] })
    await session.receive(last())
    await session.receive(last())
    expect(session.version).toBe(1)
    for (const id of ['b', 'c', 'd', 'e', 'f']) server.edit(OTHER, { id: uuid7(), ops: [addStage(id)] })
    await session.receive(last())
    expect(session.version).toBe(6)
    expect(store.ofType('stage')).toHaveLength(6)
    expect(events.caughtUp).toHaveBeenCalledWith(5, 1)
  })

  it('pulls a change set that is too large for the socket', async () => {
    const { store, session } = await open()
    server.edit(OTHER, { id: uuid7(), ops: [addStage('a')] })
    await session.receive({ ...last(), changes: null } as unknown as ChangeSet)
    expect(store.get('a')).toBeDefined()
  })

  it('pulls a large change set even if it arrives during a pull', async () => {
    let answerFirst: (page: ChangeSetPage) => void = () => undefined
    const first = new Promise<ChangeSetPage>((go) => (answerFirst = go))
    const changes = vi
      .fn((_: string, since: number) => Promise.resolve(server.changes(since)))
      .mockReturnValueOnce(first)
    const { store, session } = await open({ changes })
    const pulled = session.pull() // requested before the change set below exists
    server.edit(OTHER, { id: uuid7(), ops: [addStage('a')] })
    const received = session.receive({ ...last(), changes: null } as unknown as ChangeSet)
    answerFirst({ next: null, results: [] })
    await Promise.all([pulled, received])
    expect([store.get('a')?.type, session.version, changes.mock.calls.length]).toEqual(['stage', 1, 2])
  })

  it.each([
    ['fails', () => Promise.reject(new TypeError('away'))],
    ['does not bring it', () => Promise.resolve({ next: null, results: [] })],
  ])('pulls a set again where a pull %s', async (_, nothing: () => Promise<ChangeSetPage>) => {
    const { store, session } = await open({
      changes: vi
        .fn((__: string, since: number) => Promise.resolve(server.changes(since)))
        .mockImplementationOnce(nothing)
        .mockImplementationOnce(nothing),
    })
    server.edit(OTHER, { id: uuid7(), ops: [addStage('a')] })
    await session.receive({ ...last(), changes: null } as unknown as ChangeSet).catch(() => undefined)
    await eventually(() => expect([store.get('a')?.type, session.version]).toEqual(['stage', 1]))
  })

  it('retries a failed reload of the directory', async () => {
    const snapshot: Snapshot = { stream: server.directory, version: 3, records: [] }
    const directory = vi.fn(async () => snapshot).mockRejectedValueOnce(new TypeError('away'))
    const { session } = await open({ directory })
    await session.catchUp(3).catch(() => undefined)
    await eventually(() => expect(session.directoryVersion).toBe(3))
  })

  it('reloads if the server no longer has the changes', async () => {
    const { store, session } = await open({ changes: async () => 'too-old' })
    server.edit(OTHER, { id: uuid7(), ops: [addStage('a')] })
    await session.pull()
    expect([session.version, store.ofType('stage')]).toEqual([1, ['a']])
  })

  it('accepts a change set without changes', async () => {
    const { session } = await open({
      changes: async (_, since) => ({ next: null, results: since ? [] : [{ ...last(), changes: null }] }) as never,
    })
    server.edit(OTHER, { id: uuid7(), ops: [addStage('a')] })
    await session.pull()
    expect(session.version).toBe(1)
  })

  it('keeps change sets ahead of a reloaded snapshot', async () => {
    const old = new Map<string, unknown>()
    const { store, session } = await open({
      changes: async () => Promise.reject(new TypeError('away')),
      snapshot: async () => old.get('it') as never,
    })
    for (const id of ['a', 'b', 'c']) {
      server.edit(OTHER, { id: uuid7(), ops: [addStage(id)] })
      if (id === 'b') old.set('it', server.snapshot())
      if (id !== 'a') await session.receive(last()).catch(() => undefined)
    }
    await session.reload()
    expect([session.version, [...store.ofType('stage')].sort()]).toEqual([3, ['a', 'b', 'c']])
  })

  it('never returns to an older snapshot', async () => {
    const old = server.snapshot()
    const { session } = await open({ snapshot: async () => old })
    session.apply('Added', [addStage('a')])
    await quiet()
    await session.reload()
    expect(session.version).toBe(1)
  })

  it('loads persons and departments that a record names for the first time', async () => {
    const ada = { type: 'person', id: 'ada', version: 1, fields: { name: 'Ada' } }
    const shop = { type: 'department', id: 'shop', version: 1, fields: { name: 'Shop' } }
    const directory = vi.fn(async () => ({ stream: server.directory, version: 0, records: [ada, shop] }) as never)
    const { store, session } = await open({ directory })
    session.showDepartment('shop', 'Shop?')
    session.apply('Added', [{ op: 'add', type: 'lane', id: 'l', fields: { kind: 'department', department: 'shop' } }])
    expect(store.get('shop')?.fields['name']).toBe('Shop?')
    await eventually(() => expect(store.get('shop')?.fields['name']).toBe('Shop'))
    session.showDepartment('shop', 'Shop?')
    server.edit(OTHER, { id: uuid7(), ops: [{ op: 'add', type: 'lane', id: 'm', fields: { department: 'shop' } }] })
    await session.receive(last())
    expect([directory.mock.calls.length, store.get('shop')?.fields['name']]).toEqual([1, 'Shop'])
    const placed = { op: 'add', type: 'placement', id: 'pl', before: {}, after: { person: 'ada', department: 'new' } }
    const elsewhere = { ...placed, id: 'pm', after: { person: 'stranger', department: 'new' } }
    const set = (version: number, changes: unknown) =>
      ({ stream: server.directory, gesture: uuid7(), version, changes }) as ChangeSet
    await session.receive(set(1, [elsewhere]))
    expect(directory).toHaveBeenCalledTimes(1)
    await session.receive(set(2, [placed]))
    expect(directory).toHaveBeenCalledTimes(2)
  })

  it('ignores changes of persons that are not loaded', async () => {
    const { store, session } = await open()
    const change = { op: 'set', type: 'person', id: 'p', before: { name: 'P' }, after: { name: 'Q' } }
    await session.receive({
      stream: server.directory,
      gesture: uuid7(),
      version: 1,
      changes: [change],
    } as unknown as ChangeSet)
    expect([store.get('p'), session.directoryVersion]).toEqual([undefined, 1])
  })

  it('applies changes of the directory, and of no other stream', async () => {
    const directory = {
      stream: server.directory,
      version: 3,
      records: [{ type: 'person', id: 'q', version: 1, fields: { name: 'Q' } }],
    }
    const { store, session } = await open({ directory: async () => directory as never })
    const set = (version: number, changes: unknown) =>
      ({ stream: server.directory, gesture: uuid7(), version, changes }) as ChangeSet
    const named = (name: string) => [{ op: 'add', type: 'person', id: 'p', before: {}, after: { name } }]
    await session.receive(set(1, named('P')))
    await session.receive(set(1, named('late')))
    expect(store.get('p')?.fields['name']).toBe('P')
    await session.receive(set(3, named('after a gap')))
    expect([store.get('q')?.fields['name'], store.get('p')?.fields['name'], session.directoryVersion]).toEqual([
      'Q',
      'P',
      3,
    ])
    await session.receive(set(4, named('R')))
    await session.receive(set(5, null))
    await session.catchUp(3)
    // 3 is older than what is shown
    expect([store.get('p')?.fields['name'], session.directoryVersion]).toEqual(['R', 4])
    await session.receive({ ...last0(), stream: 'elsewhere' } as unknown as ChangeSet)
    expect(session.version).toBe(0)
  })
  const last0 = () => ({ gesture: uuid7(), version: 1, changes: [] })

  it('reports that a recent text was replaced, unless it is old or equal', async () => {
    const { session } = await open()
    session.apply('Added', [addStage('a', 'Mine')])
    await quiet()
    server.edit(OTHER, { id: uuid7(), ops: [retitle('a', 'Theirs')] })
    await session.receive(last())
    expect(events.overwritten).toHaveBeenCalledWith(
      expect.objectContaining({ id: 'a', field: 'title', mine: 'Mine', theirs: 'Theirs', by: OTHER }),
    )
    server.edit(OTHER, { id: uuid7(), ops: [retitle('a', 'Again')] })
    await session.receive(last())
    expect(events.overwritten).toHaveBeenCalledTimes(1)
  })
})
