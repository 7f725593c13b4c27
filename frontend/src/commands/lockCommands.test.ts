import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../lib/testing/eventually'
import { SHOP, record } from '../store/testing/records'
import type { DragItem, DropTarget } from '../store/dragState'
import type { Command } from './command'
import { paste } from './copyPaste'
import { checkLocks, dropOnTarget } from './pointerDrop'
import { startEditing, startNew } from './inlineEdit'
import { COMMANDS } from './index'
import { lockCommands } from './lockCommands'
import { removeCommand } from './remove'
import { undoCommand } from './undo'
import { type TestEditor, createTestEditor } from './testing/testEditor'

const lockedUse = SHOP.map((item) =>
  item.id === 's2' ? record('stage', 's2', { ...item.fields, is_locked: true }) : item,
)
const lockedShop = SHOP.map((item) =>
  item.id === 'l1' ? record('lane', 'l1', { ...item.fields, is_locked: true }) : item,
)
const [lockStage, unlockStage, lockLane, unlockLane] = lockCommands as [
  (typeof lockCommands)[0],
  (typeof lockCommands)[0],
  (typeof lockCommands)[0],
  (typeof lockCommands)[0],
]

const card = (id: string): DragItem => ({ kind: 'touchpoint', id, ids: [id], end: null, column: 0, origin: '' })
const cell = (column: number, row = 'l1'): DropTarget => ({ kind: 'cell', row, column, slot: 0 })

function refusedFor(testEditor: TestEditor): string[] {
  return testEditor.events.refused.mock.calls.map(([, refusal]) => (refusal as { detail: string }).detail)
}

describe('locked records', () => {
  it.each([
    ['set', [{ op: 'set', type: 'touchpoint', id: 'd', fields: { title: 'Case' } }]],
    ['set of the stage', [{ op: 'set', type: 'stage', id: 's2', fields: { title: 'Live' } }]],
    ['move of the stage', [{ op: 'move', type: 'stage', id: 's2', place: { after: null } }]],
    ['move in', [{ op: 'move', type: 'touchpoint', id: 'a', place: { step: 'p3', lane: 'l1' } }]],
    ['move out', [{ op: 'move', type: 'touchpoint', id: 'd', place: { step: 'p1', lane: 'l1' } }]],
    ['a step into it', [{ op: 'move', type: 'step', id: 'p2', place: { stage: 's2' } }]],
    ['add', [{ op: 'add', type: 'note', id: 'new', fields: { title: 'x' }, place: { step: 'p3' } }]],
    ['remove', [{ op: 'remove', type: 'step', id: 'p3' }]],
    ['a promise tested there', [{ op: 'set', type: 'promise', id: 'q', fields: { status: 'kept' } }]],
    ['a lane whose cards stand there', [{ op: 'remove', type: 'lane', id: 'l1' }]],
    [
      'several, one of them there',
      [
        { op: 'set', type: 'touchpoint', id: 'a', fields: { title: 'x' } },
        { op: 'remove', type: 'touchpoint', id: 'd' },
      ],
    ],
  ] as const)('stays: %s', async (_, ops) => {
    const testEditor = await createTestEditor(lockedUse)
    const before = testEditor.server.snapshot()
    expect(testEditor.editor.session.apply('Did', ops)).toBeNull()
    expect(refusedFor(testEditor)).toEqual(['Use is locked. Unlock it to change it.'])
    expect(testEditor.editor.session.history.undoable.get()).toEqual([])
    await testEditor.settled()
    expect(testEditor.server.snapshot()).toEqual(before)
  })

  it('does not affect siblings', async () => {
    const testEditor = await createTestEditor(lockedUse)
    expect(
      testEditor.editor.session.apply('Moved', [{ op: 'move', type: 'stage', id: 's1', place: {} }]),
    ).not.toBeNull()
    expect(
      testEditor.editor.session.apply('Moved', [
        { op: 'move', type: 'touchpoint', id: 'a', place: { step: 'p2', lane: 'l2' } },
      ]),
    ).not.toBeNull()
    expect(refusedFor(testEditor)).toEqual([])
  })

  it('names a lane by its department in messages', async () => {
    const testEditor = await createTestEditor(lockedShop)
    expect(
      testEditor.editor.session.apply('Moved', [
        { op: 'move', type: 'touchpoint', id: 'a', place: { step: 'p1', lane: 'l2' } },
      ]),
    ).toBeNull()
    expect(refusedFor(testEditor)).toEqual(['Shop is locked. Unlock it to change it.'])
  })

  it('names a lane without a department by its kind', async () => {
    const testEditor = await createTestEditor([
      ...SHOP,
      record('lane', 'l9', { kind: 'unassigned', department: null, is_locked: true, position: 'z' }),
    ])
    expect(
      testEditor.editor.session.apply('Moved', [
        { op: 'move', type: 'touchpoint', id: 'a', place: { step: 'p1', lane: 'l9' } },
      ]),
    ).toBeNull()
    expect(refusedFor(testEditor)).toEqual(['Unassigned is locked. Unlock it to change it.'])
  })

  it('marks a forbidden drop, and leaves the card where it was', async () => {
    const testEditor = await createTestEditor(lockedUse)
    const aim = { target: cell(2), indicators: [], border: null, chip: '', announcement: 'Shop, step 3 of 3.' }
    expect(checkLocks(testEditor.editor, card('a'), aim, false)).toMatchObject({
      isForbidden: true,
      chip: 'Use is locked',
      announcement: 'Not allowed: Use is locked.',
    })
    expect(checkLocks(testEditor.editor, card('a'), { ...aim, target: cell(1) }, false).isForbidden).toBeUndefined()
    expect(dropOnTarget(testEditor.editor, card('a'), cell(2), false, '')).toBe(false)
    expect(testEditor.editor.store.get('a')?.fields['step']).toBe('p1')
    expect(testEditor.ui.announce).not.toHaveBeenCalled()
  })

  it('rejects keyboard commands too', async () => {
    const testEditor = await createTestEditor(lockedUse)
    testEditor.at('l1', 'p3', 'd')
    testEditor.editor.state.select('d')
    paste(testEditor.editor, '', 'One more')
    for (const id of ['duplicate', 'feel.2', 'truth', 'make.step', 'make.measure'])
      testEditor.run(COMMANDS.find((command) => command.id === id) as Command)
    expect(refusedFor(testEditor)).toEqual(Array(4).fill('Use is locked. Unlock it to change it.'))
    expect(testEditor.ui.toast.mock.calls).toEqual(
      Array(2).fill(['Not allowed: Use is locked. Unlock it to change it.', { kind: 'brk' }]),
    )
    expect(testEditor.editor.state.inlineEdit.get()).toBeNull()
    expect(testEditor.ui.announce).not.toHaveBeenCalled()
  })

  it('prevents editing', async () => {
    const testEditor = await createTestEditor(lockedUse)
    testEditor.at('l1', 'p3', 'd')
    startEditing(testEditor.editor, 'd')
    startNew(testEditor.editor, { row: 'notes', step: 'p3', item: null })
    expect(testEditor.editor.state.inlineEdit.get()).toBeNull()
    expect(testEditor.ui.toast).toHaveBeenCalledWith('Not allowed: Use is locked. Unlock it to change it.', {
      kind: 'brk',
    })
  })

  it('prevents deletion, and earlier changes stay in the undo history', async () => {
    const testEditor = await createTestEditor()
    testEditor.editor.session.apply('Renamed', [{ op: 'set', type: 'touchpoint', id: 'd', fields: { title: 'Case' } }])
    await testEditor.settled()
    const lock = (is_locked: boolean) => {
      testEditor.server.lock('s2', is_locked)
      return testEditor.editor.session.pull()
    }
    await lock(true)
    testEditor.editor.state.select('d')
    testEditor.run(removeCommand)
    testEditor.run(undoCommand)
    expect(refusedFor(testEditor)).toHaveLength(2)
    expect(testEditor.editor.store.get('d')?.fields['title']).toBe('Case')
    expect(testEditor.editor.state.selection.get().has('d')).toBe(true)
    await lock(false)
    testEditor.run(undoCommand)
    expect(testEditor.editor.store.get('d')?.fields['title']).toBe('Box')
  })
})

describe('the commands', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('lock the selection or the record at the cursor, and unlock only locked ones', async () => {
    const testEditor = await createTestEditor(lockedUse)
    testEditor.at('l1', 'p1', 'a')
    expect([lockStage, unlockStage, lockLane, unlockLane].map((command) => command.canRun(testEditor.editor))).toEqual([
      true,
      false,
      true,
      false,
    ])
    testEditor.at('notes', 'p3')
    expect([lockStage, unlockStage, lockLane, unlockLane].map((command) => command.canRun(testEditor.editor))).toEqual([
      false,
      true,
      false,
      false,
    ])
    testEditor.editor.state.select('s1')
    expect([lockStage, unlockStage].map((command) => command.canRun(testEditor.editor))).toEqual([true, false])
  })

  it('send the request after pending changes, and can be undone', async () => {
    const testEditor = await createTestEditor()
    const asked: [string, number][] = []
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push([url, testEditor.server.sets.length])
      if (url.endsWith('/lock')) testEditor.server.lock('s1', true)
      return new Response(
        JSON.stringify(
          url.endsWith('/lock') ? {} : testEditor.server.changes(Number(/since=(\d+)/.exec(url)?.[1]), 500),
        ),
      )
    })
    testEditor.at('l1', 'p1', 'a')
    testEditor.editor.session.apply('Renamed', [{ op: 'set', type: 'touchpoint', id: 'a', fields: { title: 'Pane' } }])
    testEditor.run(lockStage)
    await eventually(() => expect(testEditor.ui.announce).toHaveBeenCalledWith('Choose is locked.'))
    expect(asked[0]).toEqual(['/api/v1/stages/s1/lock', 1])
    expect(testEditor.editor.store.get('s1')?.fields['is_locked']).toBe(true)
    testEditor.run(undoCommand)
    await testEditor.settled()
    expect(testEditor.editor.store.get('s1')?.fields['is_locked']).toBe(false)
  })

  it('unlock a lane and announce it; if someone else unlocked it, there is nothing to undo', async () => {
    const testEditor = await createTestEditor(lockedShop)
    vi.stubGlobal(
      'fetch',
      async (url: string) =>
        new Response(JSON.stringify(url.endsWith('/unlock') ? {} : testEditor.server.changes(0, 500))),
    )
    testEditor.at('l1', 'p1', 'a')
    testEditor.run(unlockLane)
    await eventually(() => expect(testEditor.ui.announce).toHaveBeenCalledWith('Shop is unlocked.'))
    expect(testEditor.editor.session.history.undoable.get()).toEqual([])
    testEditor.run(unlockStage) // there is none
    expect(testEditor.ui.toast).not.toHaveBeenCalled()
  })

  it('add one undo entry, even if the server’s history is truncated', async () => {
    const testEditor = await createTestEditor(lockedUse)
    let isShort = false
    vi.stubGlobal('fetch', async (url: string) => {
      if (url.endsWith('/unlock')) testEditor.server.lock('s2', false)
      if (isShort && url.includes('changes'))
        return new Response(JSON.stringify({ code: 'too-old', detail: 'Take a snapshot.' }), { status: 410 })
      return new Response(JSON.stringify(url.endsWith('/unlock') ? {} : testEditor.server.changes(0, 500)))
    })
    testEditor.at('l1', 'p3', 'd')
    testEditor.run(unlockStage)
    await eventually(() =>
      expect(testEditor.editor.session.history.undoable.get().map((entry) => entry.label)).toEqual(['Unlocked “Use”']),
    )
    testEditor.server.lock('s2', true)
    await testEditor.editor.session.pull()
    isShort = true
    testEditor.run(unlockStage)
    await eventually(() => expect(testEditor.ui.announce).toHaveBeenCalledTimes(2))
    expect(testEditor.editor.session.history.undoable.get()).toHaveLength(1)
  })

  it('show an error if the server is unreachable, at once and with changes pending', async () => {
    const testEditor = await createTestEditor()
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('away')))
    testEditor.at('l1', 'p1', 'a')
    testEditor.run(lockLane)
    await eventually(() => expect(testEditor.ui.toast).toHaveBeenCalledTimes(1))
    testEditor.editor.session.state.set({ kind: 'offline', waiting: 1 })
    testEditor.run(lockLane)
    await eventually(() => expect(testEditor.ui.toast).toHaveBeenCalledTimes(2))
    expect(testEditor.ui.toast).toHaveBeenLastCalledWith(
      'Shop was not locked. The server did not answer. Try again in a moment.',
      { kind: 'brk' },
    )
  })

  it('show the server’s reason for a rejection', async () => {
    const testEditor = await createTestEditor()
    vi.stubGlobal(
      'fetch',
      async () =>
        new Response(JSON.stringify({ code: 'insufficient-role', detail: 'You may only look.' }), { status: 403 }),
    )
    testEditor.at('l1', 'p1', 'a')
    testEditor.run(lockLane)
    await eventually(() =>
      expect(testEditor.ui.toast).toHaveBeenCalledWith('Shop was not locked. You may only look.', { kind: 'brk' }),
    )
  })
})
