import { afterEach, describe, expect, it, vi } from 'vitest'
import { SHOP, record } from '../store/testing/records'
import type { Lift, Target } from '../store/lift'
import type { Command } from './command'
import { paste } from './copy'
import { allowed, land } from './drop'
import { begin, beginNew } from './edit_text'
import { COMMANDS } from './index'
import { locks } from './lock'
import { remove } from './remove'
import { undo } from './undo'
import { type Bench, bench } from './testing/editor'

const lockedUse = SHOP.map((item) => (item.id === 's2' ? record('stage', 's2', { ...item.fields, is_locked: true }) : item))
const lockedShop = SHOP.map((item) => (item.id === 'l1' ? record('lane', 'l1', { ...item.fields, is_locked: true }) : item))
const [lockStage, unlockStage, lockLane, unlockLane] = locks as [(typeof locks)[0], (typeof locks)[0], (typeof locks)[0], (typeof locks)[0]]

const card = (id: string): Lift => ({ kind: 'touchpoint', id, ids: [id], end: null, column: 0, from: '' })
const cell = (column: number, row = 'l1'): Target => ({ kind: 'cell', row, column, slot: 0 })

function refusedFor(made: Bench): string[] {
  return made.told.refused.mock.calls.map(([, refusal]) => (refusal as { detail: string }).detail)
}

describe('what is locked', () => {
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
    ['several, one of them there', [{ op: 'set', type: 'touchpoint', id: 'a', fields: { title: 'x' } }, { op: 'remove', type: 'touchpoint', id: 'd' }]],
  ] as const)('stays: %s', async (_, intents) => {
    const made = await bench(lockedUse)
    const before = made.server.snapshot()
    expect(made.editor.session.do('Did', intents)).toBeNull()
    expect(refusedFor(made)).toEqual(['Use is locked. Unlock it to change it.'])
    expect(made.editor.session.history.undoable.get()).toEqual([])
    await made.settled()
    expect(made.server.snapshot()).toEqual(before)
  })

  it('leaves free what stands beside', async () => {
    const made = await bench(lockedUse)
    expect(made.editor.session.do('Moved', [{ op: 'move', type: 'stage', id: 's1', place: {} }])).not.toBeNull()
    expect(made.editor.session.do('Moved', [{ op: 'move', type: 'touchpoint', id: 'a', place: { step: 'p2', lane: 'l2' } }])).not.toBeNull()
    expect(refusedFor(made)).toEqual([])
  })

  it('names a lane by its department', async () => {
    const made = await bench(lockedShop)
    expect(made.editor.session.do('Moved', [{ op: 'move', type: 'touchpoint', id: 'a', place: { step: 'p1', lane: 'l2' } }])).toBeNull()
    expect(refusedFor(made)).toEqual(['Shop is locked. Unlock it to change it.'])
  })

  it('names a lane of no department by what it is', async () => {
    const made = await bench([...SHOP, record('lane', 'l9', { kind: 'unassigned', department: null, is_locked: true, position: 'z' })])
    expect(made.editor.session.do('Moved', [{ op: 'move', type: 'touchpoint', id: 'a', place: { step: 'p1', lane: 'l9' } }])).toBeNull()
    expect(refusedFor(made)).toEqual(['Nobody has said yet is locked. Unlock it to change it.'])
  })

  it('is shown as refused under the hand, and a drop leaves the card where it was', async () => {
    const made = await bench(lockedUse)
    const aim = { target: cell(2), marks: [], border: null, chip: '', says: 'Shop, step 3 of 3.' }
    expect(allowed(made.editor, card('a'), aim, false)).toMatchObject({ isBarred: true, chip: 'Use is locked', says: 'Not allowed: Use is locked.' })
    expect(allowed(made.editor, card('a'), { ...aim, target: cell(1) }, false).isBarred).toBeUndefined()
    expect(land(made.editor, card('a'), cell(2), false, '')).toBe(false)
    expect(made.editor.store.get('a')?.fields['step']).toBe('p1')
    expect(made.prompts.announce).not.toHaveBeenCalled()
  })

  it('takes nothing from a key either', async () => {
    const made = await bench(lockedUse)
    made.at('l1', 'p3', 'd')
    made.editor.view.select('d')
    paste(made.editor, '', 'One more')
    for (const id of ['duplicate', 'feel.2', 'truth', 'make.step', 'make.measure']) made.run(COMMANDS.find((one) => one.id === id) as Command)
    expect(refusedFor(made)).toEqual(Array(4).fill('Use is locked. Unlock it to change it.'))
    expect(made.prompts.toast.mock.calls).toEqual(Array(2).fill(['Not allowed: Use is locked. Unlock it to change it.', { kind: 'brk' }]))
    expect(made.editor.view.editing.get()).toBeNull()
    expect(made.prompts.announce).not.toHaveBeenCalled()
  })

  it('is not typed in', async () => {
    const made = await bench(lockedUse)
    made.at('l1', 'p3', 'd')
    begin(made.editor, 'd')
    beginNew(made.editor, { row: 'notes', step: 'p3', item: null })
    expect(made.editor.view.editing.get()).toBeNull()
    expect(made.prompts.toast).toHaveBeenCalledWith('Not allowed: Use is locked. Unlock it to change it.', { kind: 'brk' })
  })

  it('is not deleted, and what one did before is not undone in it but stays to be undone', async () => {
    const made = await bench()
    made.editor.session.do('Renamed', [{ op: 'set', type: 'touchpoint', id: 'd', fields: { title: 'Case' } }])
    await made.settled()
    const lock = (is_locked: boolean) => {
      made.server.lock('s2', is_locked)
      return made.editor.session.pull()
    }
    await lock(true)
    made.editor.view.select('d')
    made.run(remove)
    made.run(undo)
    expect(refusedFor(made)).toHaveLength(2)
    expect(made.editor.store.get('d')?.fields['title']).toBe('Case')
    expect(made.editor.view.selection.get().has('d')).toBe(true)
    await lock(false)
    made.run(undo)
    expect(made.editor.store.get('d')?.fields['title']).toBe('Box')
  })
})

describe('the commands', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('lock what is selected or at the cursor, and unlock only what is locked', async () => {
    const made = await bench(lockedUse)
    made.at('l1', 'p1', 'a')
    expect([lockStage, unlockStage, lockLane, unlockLane].map((one) => one.canRun(made.editor))).toEqual([true, false, true, false])
    made.at('notes', 'p3')
    expect([lockStage, unlockStage, lockLane, unlockLane].map((one) => one.canRun(made.editor))).toEqual([false, true, false, false])
    made.editor.view.select('s1')
    expect([lockStage, unlockStage].map((one) => one.canRun(made.editor))).toEqual([true, false])
  })

  it('ask the server, after what waits, and can be undone', async () => {
    const made = await bench()
    const asked: [string, number][] = []
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push([url, made.server.sets.length])
      if (url.endsWith('/lock')) made.server.lock('s1', true)
      return new Response(JSON.stringify(url.endsWith('/lock') ? {} : made.server.changes(Number(/since=(\d+)/.exec(url)?.[1]), 500)))
    })
    made.at('l1', 'p1', 'a')
    made.editor.session.do('Renamed', [{ op: 'set', type: 'touchpoint', id: 'a', fields: { title: 'Pane' } }])
    made.run(lockStage)
    await vi.waitFor(() => expect(made.prompts.announce).toHaveBeenCalledWith('Choose is locked.'))
    expect(asked[0]).toEqual(['/api/v1/stages/s1/lock', 1])
    expect(made.editor.store.get('s1')?.fields['is_locked']).toBe(true)
    made.run(undo)
    await made.settled()
    expect(made.editor.store.get('s1')?.fields['is_locked']).toBe(false)
  })

  it('unlock a lane, and say so; one that somebody else has unlocked is nothing to undo', async () => {
    const made = await bench(lockedShop)
    vi.stubGlobal('fetch', async (url: string) => new Response(JSON.stringify(url.endsWith('/unlock') ? {} : made.server.changes(0, 500))))
    made.at('l1', 'p1', 'a')
    made.run(unlockLane)
    await vi.waitFor(() => expect(made.prompts.announce).toHaveBeenCalledWith('Shop can be changed again.'))
    expect(made.editor.session.history.undoable.get()).toEqual([])
    made.run(unlockStage) // there is none
    expect(made.prompts.toast).not.toHaveBeenCalled()
  })

  it('unlock as one undo, whatever the server has of the history', async () => {
    const made = await bench(lockedUse)
    let isShort = false
    vi.stubGlobal('fetch', async (url: string) => {
      if (url.endsWith('/unlock')) made.server.lock('s2', false)
      if (isShort && url.includes('changes')) return new Response(JSON.stringify({ code: 'too-old', detail: 'Take a snapshot.' }), { status: 410 })
      return new Response(JSON.stringify(url.endsWith('/unlock') ? {} : made.server.changes(0, 500)))
    })
    made.at('l1', 'p3', 'd')
    made.run(unlockStage)
    await vi.waitFor(() => expect(made.editor.session.history.undoable.get().map((one) => one.label)).toEqual(['Unlocked “Use”']))
    made.server.lock('s2', true)
    await made.editor.session.pull()
    isShort = true
    made.run(unlockStage)
    await vi.waitFor(() => expect(made.prompts.announce).toHaveBeenCalledTimes(2))
    expect(made.editor.session.history.undoable.get()).toHaveLength(1)
  })

  it('say that nobody answered: at once, and while what was drawn before is still kept', async () => {
    const made = await bench()
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('away')))
    made.at('l1', 'p1', 'a')
    made.run(lockLane)
    await vi.waitFor(() => expect(made.prompts.toast).toHaveBeenCalledTimes(1))
    made.editor.session.state.set({ kind: 'offline', waiting: 1 })
    made.run(lockLane)
    await vi.waitFor(() => expect(made.prompts.toast).toHaveBeenCalledTimes(2))
    expect(made.prompts.toast).toHaveBeenLastCalledWith('Shop: not locked. The server did not answer. Try again in a moment.', { kind: 'brk' })
  })

  it('say why where the server refuses', async () => {
    const made = await bench()
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ code: 'insufficient-role', detail: 'You may only look.' }), { status: 403 }))
    made.at('l1', 'p1', 'a')
    made.run(lockLane)
    await vi.waitFor(() => expect(made.prompts.toast).toHaveBeenCalledWith('Shop: not locked. You may only look.', { kind: 'brk' }))
  })
})
