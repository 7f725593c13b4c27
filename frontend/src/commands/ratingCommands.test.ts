/** Commands on existing records: emotions, statuses, removal, selection and views. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SHOP } from '../store/testing/records'
import { NO_FILTER } from '../store/editorState'
import type { Command } from './command'
import { COMMANDS, CREATE_COMMANDS, runnableCommands } from './index'
import { setEmotion } from './ratingCommands'
import { removeCommand } from './remove'
import { selectAll, selectNone } from './select'
import { type TestEditor, createTestEditor } from './testing/testEditor'
import { undoCommand } from './undo'

let testEditor: TestEditor

beforeEach(async () => void (testEditor = await createTestEditor()))

const named = (id: string) => COMMANDS.find((command) => command.id === id) as Command
const fields = (id: string) => testEditor.server.records.get(id)?.fields
const select = (...ids: string[]) => testEditor.editor.state.select(...ids)
const selection = () => [...testEditor.editor.state.selection.get()]
const labels = () => testEditor.editor.session.history.undoable.get().map((done) => done.label)

describe('the list of commands', () => {
  it('has unique names and keys', () => {
    const ids = COMMANDS.map((command) => command.id)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    const keys = COMMANDS.flatMap((command) => command.keys ?? [])
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
    expect(CREATE_COMMANDS.every((command) => COMMANDS.includes(command))).toBe(true)
  })

  it('offers only read-only commands without the right to draw', () => {
    testEditor.at('l1', 'p1', 'a')
    expect(runnableCommands(testEditor.editor).some((command) => command.id === 'remove')).toBe(true)
    testEditor.editor.state.mode.set('read')
    const left = runnableCommands(testEditor.editor)
    expect(left.length).toBeGreaterThan(10)
    expect(left.filter((command) => command.needsDrawRight)).toEqual([])
  })
})

describe('an emotion', () => {
  it('is set on the selected cards', async () => {
    testEditor.at('l1', 'p1', 'a')
    testEditor.editor.state.toggle('c')
    testEditor.run(named('feel.2'))
    await testEditor.settled()
    expect([fields('a')?.['emotion'], fields('b')?.['emotion'], fields('c')?.['emotion']]).toEqual([2, -2, 2])
    expect([labels(), testEditor.ui.announce.mock.calls, testEditor.server.sets.length]).toEqual([
      ['Emotion: Delighted'],
      [['Delighted']],
      1,
    ])
    testEditor.run(undoCommand)
    await testEditor.settled()
    expect([fields('a')?.['emotion'], fields('c')?.['emotion']]).toEqual([1, null])
  })

  it('is set on all cards of the step if none is selected', async () => {
    testEditor.at('emotions', 'p1')
    testEditor.run(named('feel.-1'))
    await testEditor.settled()
    expect([fields('a')?.['emotion'], fields('b')?.['emotion'], fields('c')?.['emotion']]).toEqual([-1, -1, null])
  })

  it('is not set if there is no card', () => {
    named('feel.0').run(testEditor.editor)
    setEmotion(testEditor.editor, [], 1)
    expect(labels()).toEqual([])
    expect(testEditor.ui.announce).toHaveBeenLastCalledWith('No touchpoint here to rate. Add one first.', true)
    expect(named('feel.0').canRun(testEditor.editor)).toBe(false)
  })

  it('can be removed', async () => {
    setEmotion(testEditor.editor, ['a'], null)
    await testEditor.settled()
    expect([fields('a')?.['emotion'], labels()]).toEqual([null, ['Emotion: Not rated']])
  })
})

describe('a promise', () => {
  it.each([
    ['kept', 'Promise kept: “Quick”'],
    ['broken', 'Promise broken: “Quick”'],
  ])('is %s', async (status, label) => {
    select('q')
    expect(testEditor.run(named(`promise.${status}`))).toBe(true)
    await testEditor.settled()
    expect([fields('q')?.['status'], labels()]).toEqual([status, [label]])
    testEditor.run(undoCommand)
    await testEditor.settled()
    expect(fields('q')?.['status']).toBe('unverified')
  })

  it('needs a selection', () => {
    select('a')
    expect(named('promise.kept').canRun(testEditor.editor)).toBe(false)
  })
})

describe('a moment of truth', () => {
  it('is set on all selected cards, and removed only if all have it', async () => {
    select('a', 'd', 'n')
    testEditor.run(named('truth'))
    await testEditor.settled()
    expect([fields('a')?.['is_moment_of_truth'], fields('d')?.['is_moment_of_truth']]).toEqual([true, true])
    testEditor.run(named('truth'))
    await testEditor.settled()
    expect([fields('a')?.['is_moment_of_truth'], fields('d')?.['is_moment_of_truth'], labels()]).toEqual([
      false,
      false,
      ['Moment of truth', 'Not a moment of truth'],
    ])
    testEditor.run(undoCommand)
    await testEditor.settled()
    expect(fields('a')?.['is_moment_of_truth']).toBe(true)
  })

  it('applies only to touchpoints', () => {
    select('n', 'gone')
    expect(named('truth').canRun(testEditor.editor)).toBe(false)
  })
})

describe('removing', () => {
  it('names what was removed, and restores it even after later changes', async () => {
    select('a')
    testEditor.run(removeCommand)
    expect([selection(), testEditor.editor.store.get('a')]).toEqual([[], undefined])
    testEditor.at('l1', 'p2', 'c')
    testEditor.run(named('feel.1'))
    await testEditor.settled()
    const [label, options] = testEditor.ui.toast.mock.calls[0] ?? []
    expect([label, options?.label, testEditor.server.records.has('a')]).toEqual(['Removed “Window”', 'Undo', false])
    options?.run?.()
    await testEditor.settled()
    expect([testEditor.server.records.has('a'), fields('c')?.['emotion'], labels()]).toEqual([
      true,
      1,
      ['Emotion: Pleased'],
    ])
  })

  it('does not remove children separately from their parent', async () => {
    select('s1', 'p1', 'a', 'c', 'n', 'd')
    testEditor.run(removeCommand)
    await testEditor.settled()
    expect(testEditor.events.refused).not.toHaveBeenCalled()
    expect([...testEditor.server.records.keys()].sort()).toEqual(['l1', 'l2', 'p3', 's2', 'shop'])
    expect(labels()).toEqual(['Removed 2 items'])
    testEditor.run(undoCommand)
    await testEditor.settled()
    expect(testEditor.server.records.size).toBe(SHOP.length)
  })

  it('ignores records that cannot be removed', () => {
    select('shop', 'gone')
    expect(removeCommand.canRun(testEditor.editor)).toBe(false)
    select('shop', 'a')
    testEditor.run(removeCommand)
    expect([labels(), testEditor.editor.store.get('shop')?.type]).toEqual([['Removed “Window”'], 'department'])
  })
})

describe('selecting', () => {
  it('selects the lane first, then the map', () => {
    testEditor.at('l1', 'p1', 'a')
    testEditor.editor.session.apply('Added', [
      { op: 'add', type: 'touchpoint', id: 'e', fields: { title: 'E' }, place: { step: 'p1', lane: 'l2' } },
    ])
    testEditor.run(selectAll)
    expect(selection()).toEqual(['a', 'b', 'c', 'd'])
    testEditor.run(selectAll)
    expect(selection().sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(testEditor.ui.announce.mock.calls).toEqual([['4 selected'], ['5 selected']])
  })

  it('selects the whole map if the cursor is in no lane', () => {
    testEditor.run(selectAll)
    expect(selection()).toHaveLength(4)
    testEditor.at('notes', 'p1', 'n')
    testEditor.run(selectAll)
    expect(selection()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('closes the panel first, then clears the selection', () => {
    expect(selectNone.canRun(testEditor.editor)).toBe(false)
    testEditor.at('l1', 'p1', 'a')
    testEditor.editor.state.panel.set('inspector')
    testEditor.run(selectNone)
    expect([testEditor.editor.state.panel.get(), selection()]).toEqual([null, ['a']])
    testEditor.run(selectNone)
    expect([selection(), selectNone.canRun(testEditor.editor)]).toEqual([[], false])
    testEditor.editor.state.panel.set('history')
    expect(selectNone.canRun(testEditor.editor)).toBe(true)
  })
})

describe('viewing', () => {
  afterEach(() => document.querySelector('[data-frame]')?.remove())

  const zoom = () => testEditor.editor.state.zoom.get()

  it('zooms in steps between 50% and 200%', () => {
    testEditor.run(named('zoom.in'))
    expect([zoom(), testEditor.ui.announce.mock.calls.at(-1)]).toEqual([1.1, ['110%']])
    testEditor.run(named('zoom.reset'))
    testEditor.run(named('zoom.out'))
    expect(zoom()).toBe(0.9)
    for (let n = 0; n < 12; n += 1) testEditor.run(named('zoom.out'))
    expect(zoom()).toBe(0.5)
    for (let n = 0; n < 15; n += 1) testEditor.run(named('zoom.in'))
    expect(zoom()).toBe(2)
  })

  it('fits the map or the selection', async () => {
    const frame = document.createElement('div')
    frame.dataset['frame'] = ''
    Object.defineProperty(frame, 'clientWidth', { value: 400 })
    document.body.append(frame)
    testEditor.run(named('zoom.fit'))
    expect(zoom()).toBeCloseTo(400 / (154 + 3 * 131))
    select('a', 'c')
    testEditor.run(named('zoom.stage'))
    expect(zoom()).toBeCloseTo(400 / (154 + 2 * 131))
    select('s1')
    testEditor.run(named('zoom.stage'))
    expect(zoom()).toBeCloseTo(400 / (154 + 2 * 131))
    select()
    testEditor.run(named('zoom.stage'))
    expect(zoom()).toBeCloseTo(400 / (154 + 3 * 131))
    frame.remove()
    testEditor.run(named('zoom.fit'))
    expect(zoom()).toBe(1)
  })

  it.each([
    ['palette', 'palette'],
    ['help', 'help'],
    ['filter', 'filter'],
    ['lanes', 'lanes'],
    ['present', 'present'],
  ])('%s opens its dialog', (id, dialog) => {
    testEditor.run(named(id))
    expect(testEditor.ui.open).toHaveBeenCalledWith(dialog)
  })

  it('opens only pages that exist', () => {
    expect([
      testEditor.run(named('go.list')),
      testEditor.run(named('go.print')),
      testEditor.run(named('go.export')),
    ]).toEqual([true, true, false])
    expect(testEditor.ui.visit.mock.calls).toEqual([['/list/'], ['/print/']])
    expect(testEditor.run(named('share'))).toBe(true)
    testEditor.editor.can.set(new Set())
    expect(testEditor.run(named('share'))).toBe(false)
  })

  it('clears the filter', () => {
    expect(testEditor.run(named('filter.clear'))).toBe(false)
    testEditor.editor.state.filter.set({ ...NO_FILTER, text: 'x' })
    expect(testEditor.run(named('filter.clear'))).toBe(true)
    expect(testEditor.editor.state.filter.get()).toBe(NO_FILTER)
  })

  it('opens the details and the history', () => {
    expect(testEditor.run(named('inspector'))).toBe(false)
    select('a')
    testEditor.run(named('inspector'))
    expect(testEditor.editor.state.panel.get()).toBe('inspector')
    testEditor.run(named('history'))
    expect(testEditor.editor.state.panel.get()).toBe('history')
  })

  it('opens the director dialog for the stage at the cursor', () => {
    expect(testEditor.run(named('director'))).toBe(false)
    testEditor.at('l1', 'p3', 'd')
    testEditor.run(named('director'))
    expect(testEditor.ui.open).toHaveBeenCalledWith('person', 's2')
  })

  it('collapses and expands the lane at the cursor', () => {
    expect([testEditor.run(named('lane.collapse')), testEditor.run(named('lane.expand'))]).toEqual([false, false])
    testEditor.at('l1', 'p1', 'a')
    expect([
      testEditor.run(named('lane.expand')),
      testEditor.run(named('lane.collapse')),
      testEditor.run(named('lane.collapse')),
    ]).toEqual([false, true, false])
    expect(testEditor.editor.state.rows.get().collapsed).toEqual(['l1'])
    testEditor.run(named('lane.expand'))
    expect(testEditor.editor.state.rows.get().collapsed).toEqual([])
  })

  it.each([
    ['lane.pinned', 'pinned'],
    ['lane.hidden', 'hidden'],
  ] as const)('%s is said of the selected lane, or of the one at the cursor', (id, which) => {
    expect(testEditor.run(named(id))).toBe(false)
    testEditor.at('l1', 'p1', 'a')
    testEditor.run(named(id))
    expect(testEditor.editor.state.rows.get()[which]).toEqual(['l1'])
    select('l2')
    testEditor.run(named(id))
    expect(testEditor.editor.state.rows.get()[which]).toEqual(['l1', 'l2'])
  })
})

it('view commands change no records', () => {
  const did = vi.fn()
  testEditor.editor.session.history.undoable.subscribe(did)
  testEditor.at('l1', 'p1', 'a')
  for (const command of COMMANDS) if (!command.needsDrawRight && command.id !== 'copy') testEditor.run(command)
  expect(did).not.toHaveBeenCalled()
})
