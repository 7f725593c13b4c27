/** What is done to what is there: feelings, outcomes, marks, removal, selection, and how it is looked at. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SHOP } from '../store/testing/records'
import { NO_FILTER } from '../store/view'
import type { Command } from './command'
import { COMMANDS, MAKING, runnable } from './index'
import { feel } from './mark'
import { remove } from './remove'
import { selectAll, selectNone } from './select'
import { type Bench, bench } from './testing/editor'
import { undo } from './undo'

let b: Bench

beforeEach(async () => void (b = await bench()))

const named = (id: string) => COMMANDS.find((command) => command.id === id) as Command
const fields = (id: string) => b.server.records.get(id)?.fields
const select = (...ids: string[]) => b.editor.view.select(...ids)
const selection = () => [...b.editor.view.selection.get()]
const labels = () => b.editor.session.history.undoable.get().map((done) => done.label)

describe('the list of commands', () => {
  it('names each once, and no key twice', () => {
    const ids = COMMANDS.map((command) => command.id)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    const keys = COMMANDS.flatMap((command) => command.keys ?? [])
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
    expect(MAKING.every((command) => COMMANDS.includes(command))).toBe(true)
  })

  it('is only what changes nothing for those who may not draw', () => {
    b.at('l1', 'p1', 'a')
    expect(runnable(b.editor).some((command) => command.id === 'remove')).toBe(true)
    b.editor.view.mode.set('read')
    const left = runnable(b.editor)
    expect(left.length).toBeGreaterThan(10)
    expect(left.filter((command) => command.changes)).toEqual([])
  })
})

describe('a feeling', () => {
  it('is that of the cards selected', async () => {
    b.at('l1', 'p1', 'a')
    b.editor.view.toggle('c')
    b.run(named('feel.2'))
    await b.settled()
    expect([fields('a')?.['emotion'], fields('b')?.['emotion'], fields('c')?.['emotion']]).toEqual([2, -2, 2])
    expect([labels(), b.prompts.announce.mock.calls, b.server.sets.length]).toEqual([['Felt: Delighted'], [['Delighted']], 1])
    b.run(undo)
    await b.settled()
    expect([fields('a')?.['emotion'], fields('c')?.['emotion']]).toEqual([1, null])
  })

  it('is that of all cards of the step, where none is selected', async () => {
    b.at('feels', 'p1')
    b.run(named('feel.-1'))
    await b.settled()
    expect([fields('a')?.['emotion'], fields('b')?.['emotion'], fields('c')?.['emotion']]).toEqual([-1, -1, null])
  })

  it('is nobody’s where there is no card', () => {
    named('feel.0').run(b.editor)
    feel(b.editor, [], 1)
    expect(labels()).toEqual([])
    expect(b.prompts.announce).toHaveBeenLastCalledWith('There is no touchpoint here to feel anything about.', true)
    expect(named('feel.0').canRun(b.editor)).toBe(false)
  })

  it('may be taken away', async () => {
    feel(b.editor, ['a'], null)
    await b.settled()
    expect([fields('a')?.['emotion'], labels()]).toEqual([null, ['Felt: Not said']])
  })
})

describe('a promise', () => {
  it.each([['kept', 'Promise kept: “Quick”'], ['broken', 'Promise broken: “Quick”']])('is %s', async (status, label) => {
    select('q')
    expect(b.run(named(`promise.${status}`))).toBe(true)
    await b.settled()
    expect([fields('q')?.['status'], labels()]).toEqual([status, [label]])
    b.run(undo)
    await b.settled()
    expect(fields('q')?.['status']).toBe('unverified')
  })

  it('must be selected', () => {
    select('a')
    expect(named('promise.kept').canRun(b.editor)).toBe(false)
  })
})

describe('a moment of truth', () => {
  it('is made of all that are selected, and unmade only where all are', async () => {
    select('a', 'd', 'n')
    b.run(named('truth'))
    await b.settled()
    expect([fields('a')?.['is_moment_of_truth'], fields('d')?.['is_moment_of_truth']]).toEqual([true, true])
    b.run(named('truth'))
    await b.settled()
    expect([fields('a')?.['is_moment_of_truth'], fields('d')?.['is_moment_of_truth'], labels()]).toEqual([false, false, ['Moment of truth', 'No moment of truth']])
    b.run(undo)
    await b.settled()
    expect(fields('a')?.['is_moment_of_truth']).toBe(true)
  })

  it('is a touchpoint', () => {
    select('n', 'gone')
    expect(named('truth').canRun(b.editor)).toBe(false)
  })
})

describe('removing', () => {
  it('says what was removed, and brings that back though more was done since', async () => {
    select('a')
    b.run(remove)
    expect([selection(), b.editor.store.get('a')]).toEqual([[], undefined])
    b.at('l1', 'p2', 'c')
    b.run(named('feel.1'))
    await b.settled()
    const [label, options] = b.prompts.toast.mock.calls[0] ?? []
    expect([label, options?.label, b.server.records.has('a')]).toEqual(['Deleted “Window”', 'Undo', false])
    options?.run?.()
    await b.settled()
    expect([b.server.records.has('a'), fields('c')?.['emotion'], labels()]).toEqual([true, 1, ['Felt: Pleased']])
  })

  it('names once what goes along with what it stands in', async () => {
    select('s1', 'p1', 'a', 'c', 'n', 'd')
    b.run(remove)
    await b.settled()
    expect(b.told.refused).not.toHaveBeenCalled()
    expect([...b.server.records.keys()].sort()).toEqual(['l1', 'l2', 'p3', 's2', 'shop'])
    expect(labels()).toEqual(['Deleted 2 things'])
    b.run(undo)
    await b.settled()
    expect(b.server.records.size).toBe(SHOP.length)
  })

  it('leaves what cannot be removed', () => {
    select('shop', 'gone')
    expect(remove.canRun(b.editor)).toBe(false)
    select('shop', 'a')
    b.run(remove)
    expect([labels(), b.editor.store.get('shop')?.type]).toEqual([['Deleted “Window”'], 'department'])
  })
})

describe('selecting', () => {
  it('all: first the lane, then the map', () => {
    b.at('l1', 'p1', 'a')
    b.editor.session.do('Added', [{ op: 'add', type: 'touchpoint', id: 'e', fields: { title: 'E' }, place: { step: 'p1', lane: 'l2' } }])
    b.run(selectAll)
    expect(selection()).toEqual(['a', 'b', 'c', 'd'])
    b.run(selectAll)
    expect(selection().sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(b.prompts.announce.mock.calls).toEqual([['4 selected'], ['5 selected']])
  })

  it('all of the map where the cursor is in no lane, or nowhere', () => {
    b.run(selectAll)
    expect(selection()).toHaveLength(4)
    b.at('notes', 'p1', 'n')
    b.run(selectAll)
    expect(selection()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('nothing: first the panel closes', () => {
    expect(selectNone.canRun(b.editor)).toBe(false)
    b.at('l1', 'p1', 'a')
    b.editor.view.panel.set('inspector')
    b.run(selectNone)
    expect([b.editor.view.panel.get(), selection()]).toEqual([null, ['a']])
    b.run(selectNone)
    expect([selection(), selectNone.canRun(b.editor)]).toEqual([[], false])
    b.editor.view.panel.set('history')
    expect(selectNone.canRun(b.editor)).toBe(true)
  })
})

describe('looking', () => {
  afterEach(() => document.querySelector('[data-frame]')?.remove())

  const zoom = () => b.editor.view.zoom.get()

  it('closer and from further away, by steps, between a half and twice', () => {
    b.run(named('zoom.in'))
    expect([zoom(), b.prompts.announce.mock.calls.at(-1)]).toEqual([1.1, ['110 %']])
    b.run(named('zoom.reset'))
    b.run(named('zoom.out'))
    expect(zoom()).toBe(0.9)
    for (let n = 0; n < 12; n += 1) b.run(named('zoom.out'))
    expect(zoom()).toBe(0.5)
    for (let n = 0; n < 15; n += 1) b.run(named('zoom.in'))
    expect(zoom()).toBe(2)
  })

  it('at the whole map, or at what is selected', async () => {
    const frame = document.createElement('div')
    frame.dataset['frame'] = ''
    Object.defineProperty(frame, 'clientWidth', { value: 400 })
    document.body.append(frame)
    b.run(named('zoom.fit'))
    expect(zoom()).toBeCloseTo(400 / (154 + 3 * 131))
    select('a', 'c')
    b.run(named('zoom.stage'))
    expect(zoom()).toBeCloseTo(400 / (154 + 2 * 131))
    select('s1')
    b.run(named('zoom.stage'))
    expect(zoom()).toBeCloseTo(400 / (154 + 2 * 131))
    select()
    b.run(named('zoom.stage'))
    expect(zoom()).toBeCloseTo(400 / (154 + 3 * 131))
    frame.remove()
    b.run(named('zoom.fit'))
    expect(zoom()).toBe(1)
  })

  it.each([['palette', 'palette'], ['help', 'help'], ['filter', 'filter'], ['lanes', 'lanes'], ['present', 'present']])('%s opens its dialog', (id, dialog) => {
    b.run(named(id))
    expect(b.prompts.open).toHaveBeenCalledWith(dialog)
  })

  it('goes to pages that there are', () => {
    expect([b.run(named('go.list')), b.run(named('go.print')), b.run(named('go.export'))]).toEqual([true, true, false])
    expect(b.prompts.visit.mock.calls).toEqual([['/list/'], ['/print/']])
    expect(b.run(named('share'))).toBe(true)
    b.editor.can.set(new Set())
    expect(b.run(named('share'))).toBe(false)
  })

  it('clears a filter that is set', () => {
    expect(b.run(named('filter.clear'))).toBe(false)
    b.editor.view.filter.set({ ...NO_FILTER, text: 'x' })
    expect(b.run(named('filter.clear'))).toBe(true)
    expect(b.editor.view.filter.get()).toBe(NO_FILTER)
  })

  it('opens details of what is selected, and the history', () => {
    expect(b.run(named('inspector'))).toBe(false)
    select('a')
    b.run(named('inspector'))
    expect(b.editor.view.panel.get()).toBe('inspector')
    b.run(named('history'))
    expect(b.editor.view.panel.get()).toBe('history')
  })

  it('asks who answers for the stage at the cursor', () => {
    expect(b.run(named('director'))).toBe(false)
    b.at('l1', 'p3', 'd')
    b.run(named('director'))
    expect(b.prompts.open).toHaveBeenCalledWith('person', 's2')
  })

  it('folds the lane at the cursor, and unfolds it', () => {
    expect([b.run(named('lane.collapse')), b.run(named('lane.expand'))]).toEqual([false, false])
    b.at('l1', 'p1', 'a')
    expect([b.run(named('lane.expand')), b.run(named('lane.collapse')), b.run(named('lane.collapse'))]).toEqual([false, true, false])
    expect(b.editor.view.rows.get().collapsed).toEqual(['l1'])
    b.run(named('lane.expand'))
    expect(b.editor.view.rows.get().collapsed).toEqual([])
  })

  it.each([['lane.pinned', 'pinned'], ['lane.hidden', 'hidden']] as const)('%s is said of the selected lane, or of the one at the cursor', (id, which) => {
    expect(b.run(named(id))).toBe(false)
    b.at('l1', 'p1', 'a')
    b.run(named(id))
    expect(b.editor.view.rows.get()[which]).toEqual(['l1'])
    select('l2')
    b.run(named(id))
    expect(b.editor.view.rows.get()[which]).toEqual(['l1', 'l2'])
  })
})

it('never changes anything by looking', () => {
  const did = vi.fn()
  b.editor.session.history.undoable.subscribe(did)
  b.at('l1', 'p1', 'a')
  for (const command of COMMANDS) if (!command.changes && command.id !== 'copy') b.run(command)
  expect(did).not.toHaveBeenCalled()
})
