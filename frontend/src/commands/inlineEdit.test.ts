/** Inline editing, and adding records. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Item } from '../model/records'
import { SHOP, record } from '../store/testing/records'
import type { Command } from './command'
import { editCommand } from './edit'
import { startEditing, startNew, commitEdit, commitAndContinue, cancelEdit, stageAtCursor } from './inlineEdit'
import { saveTypedValue } from './saveTypedValue'
import {
  addStep,
  createComment,
  createIdea,
  createLane,
  createMeasure,
  createPain,
  createPromise,
  createStage,
  createStepAfter,
  createStepBefore,
  createTouchpoint,
} from './createCommands'
import { type TestEditor, createTestEditor } from './testing/testEditor'
import { redoCommand, undoCommand } from './undo'

let testEditor: TestEditor

beforeEach(async () => void (testEditor = await createTestEditor()))

const type = (draft: string) => testEditor.editor.state.inlineEdit.update((now) => now && { ...now, draft })
const editing = () => testEditor.editor.state.inlineEdit.get()
const labels = () => testEditor.editor.session.history.undoable.get().map((done) => done.label)
const fields = (id: string) => testEditor.server.records.get(id)?.fields
const added = () => {
  const change = testEditor.server.sets.at(-1)?.changes?.find((change) => change.op === 'add')
  return { type: change?.type, id: String(change?.id), after: change?.after as Record<string, unknown> }
}

/** Run a command that adds a record, and name the record. */
async function named(command: Command, title: string): Promise<void> {
  testEditor.run(command)
  type(title)
  commitEdit(testEditor.editor)
  await testEditor.settled()
}

/** Check that undo removes it on the server too, and redo adds it again. */
async function undoesAndRedoes(): Promise<void> {
  const [before, sets] = [structuredClone([...testEditor.server.records.keys()].sort()), testEditor.server.sets.length]
  expect(testEditor.run(undoCommand)).toBe(true)
  await testEditor.settled()
  expect([...testEditor.server.records.keys()].sort()).not.toEqual(before)
  expect(testEditor.run(redoCommand)).toBe(true)
  await testEditor.settled()
  expect([...testEditor.server.records.keys()].sort()).toEqual(before)
  expect(testEditor.server.sets.length).toBe(sets + 2)
}

describe('a text that someone else changes during the edit', () => {
  const title = () => String(fields('a')?.['title'])
  const theirs = async () => {
    testEditor.at('l1', 'p1', 'a')
    testEditor.run(editCommand)
    testEditor.server.edit('bo', {
      id: 'g-bo',
      ops: [{ op: 'set', type: 'touchpoint', id: 'a', fields: { title: 'Theirs' } }],
    })
    await testEditor.editor.session.pull()
  }

  it('keeps theirs if nothing was typed', async () => {
    await theirs()
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect([title(), testEditor.ui.toast.mock.calls]).toEqual(['Theirs', []])
  })

  it('is replaced with a message, and theirs can be restored', async () => {
    await theirs()
    type('Mine')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    const [words, action] = testEditor.ui.toast.mock.calls.at(-1) ?? []
    expect([title(), words]).toEqual([
      'Mine',
      'Someone else wrote “Theirs” here while you were typing. Your text replaced it.',
    ])
    action?.run?.()
    await testEditor.settled()
    expect(title()).toBe('Theirs')
  })
})

it('quotes the beginning of a long replaced text, and nothing for an emptied one', async () => {
  const item = testEditor.editor.store.get('a') as Item
  for (const [notes, quoted] of [
    ['n'.repeat(80), `${'n'.repeat(59)}…`],
    [null, ''],
  ] as const) {
    testEditor.editor.session.apply('By another window', [
      { op: 'set', type: 'touchpoint', id: 'a', fields: { notes } },
    ])
    saveTypedValue(testEditor.editor, item, 'notes', 'Mine', 'Before')
    expect(testEditor.ui.toast.mock.calls.at(-1)?.[0]).toContain(`“${quoted}”`)
  }
  await testEditor.settled()
  saveTypedValue(testEditor.editor, { ...item, fields: {} }, 'notes', undefined, 'Before')
  expect(labels().slice(-2)).toEqual(['Changed “Window”', 'Changed “”'])
})

describe('an existing text', () => {
  it('is changed on commit, in one gesture', async () => {
    testEditor.at('l1', 'p1', 'a')
    expect(testEditor.run(editCommand)).toBe(true)
    expect(editing()).toMatchObject({ id: 'a', type: 'touchpoint', field: 'title', draft: 'Window' })
    type('  Wide window ')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect([fields('a')?.['title'], labels(), editing()]).toEqual(['Wide window', ['Changed “Window”'], null])
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'l1', step: 'p1', item: 'a' })
    testEditor.run(undoCommand)
    await testEditor.settled()
    expect(fields('a')?.['title']).toBe('Window')
    expect(testEditor.ui.announce).toHaveBeenLastCalledWith('Undone: Changed “Window”')
    testEditor.run(redoCommand)
    expect(testEditor.ui.announce).toHaveBeenLastCalledWith('Redone: Changed “Window”')
    await testEditor.settled()
    expect(fields('a')?.['title']).toBe('Wide window')
  })

  it('is not sent if unchanged, and a title cannot be emptied', async () => {
    startEditing(testEditor.editor, 'a')
    commitEdit(testEditor.editor)
    startEditing(testEditor.editor, 'a')
    type('  ')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect([testEditor.server.sets, fields('a')?.['title']]).toEqual([[], 'Window'])
    expect(testEditor.ui.announce).toHaveBeenCalledWith('A title can’t be empty. The old title was kept.', true)
  })

  it('can be emptied unless it is the title; the label quotes the old text', async () => {
    startEditing(testEditor.editor, 'a', 'notes')
    type('')
    commitEdit(testEditor.editor)
    startEditing(testEditor.editor, 'p1', 'notes') // a step has no notes
    expect(editing()?.draft).toBe('')
    cancelEdit(testEditor.editor)
    startEditing(testEditor.editor, 'b', 'notes')
    type('New')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect([fields('a')?.['notes'], fields('b')?.['notes'], labels()]).toEqual([
      '',
      'New',
      ['Changed “Warm light”', 'Changed “New”'],
    ])
  })

  it('is restored on Escape', () => {
    testEditor.at('l1', 'p1', 'b')
    startEditing(testEditor.editor, 'b')
    type('x')
    cancelEdit(testEditor.editor)
    expect([editing(), testEditor.editor.state.cursor.get()?.item, testEditor.editor.session.state.get().kind]).toEqual(
      [null, 'b', 'saved'],
    )
    cancelEdit(testEditor.editor)
    commitEdit(testEditor.editor)
    commitAndContinue(testEditor.editor)
    expect(labels()).toEqual([])
  })

  it('is not edited on missing records or without the right to draw', async () => {
    startEditing(testEditor.editor, 'nowhere')
    startEditing(testEditor.editor, 'l1')
    testEditor.editor.state.mode.set('read')
    testEditor.at('l1', 'p1', 'a')
    startEditing(testEditor.editor, 'a')
    startNew(testEditor.editor, { row: 'l1', step: 'p1', item: null })
    expect([editing(), testEditor.run(editCommand)]).toEqual([null, false])
  })

  it('needs a cursor, and commits another open edit', () => {
    expect(editCommand.canRun(testEditor.editor)).toBe(false)
    testEditor.at('l1', 'p1', 'a')
    testEditor.editor.state.carried.set({ ids: ['a'], from: { row: 'l1', step: 'p1', item: 'a' } })
    expect(editCommand.canRun(testEditor.editor)).toBe(false)
  })
})

describe('Enter on an empty cell', () => {
  it('opens the storyboard in the row of scenes', () => {
    testEditor.at('scenes', 'p1')
    testEditor.run(editCommand)
    expect(testEditor.editor.ui.visit).toHaveBeenCalledWith('/storyboard/')
  })

  it('starts a card in a lane or a note in its row, opens the director dialog, and otherwise does nothing', () => {
    testEditor.at('l2', 'p1')
    testEditor.run(editCommand)
    expect(editing()).toMatchObject({ type: 'touchpoint', newRecord: {} })
    cancelEdit(testEditor.editor)
    testEditor.at('notes', 'p2')
    testEditor.run(editCommand)
    expect(editing()).toMatchObject({ type: 'note', newRecord: {} })
    cancelEdit(testEditor.editor)
    testEditor.at('owners', 'p3')
    testEditor.run(editCommand)
    testEditor.at('emotions', 'p3')
    testEditor.run(editCommand)
    expect([editing(), testEditor.ui.open.mock.calls]).toEqual([null, [['person', 's2']]])
    expect(stageAtCursor(testEditor.editor, null)).toBeNull()
  })

  it('adds a promise or a measure in its row', () => {
    testEditor.at('promises', 'p1')
    testEditor.run(editCommand)
    expect(editing()).toMatchObject({ type: 'promise' })
    cancelEdit(testEditor.editor)
    testEditor.at('measures', 'p1')
    testEditor.run(editCommand)
    expect(editing()).toMatchObject({ type: 'measure' })
    type('Hours')
    commitEdit(testEditor.editor)
    expect(labels()).toEqual(['Added “Hours”'])
  })

  it('creates nothing without a text', () => {
    startNew(testEditor.editor, { row: 'l2', step: 'p1', item: null }, ' ')
    commitEdit(testEditor.editor)
    expect([labels(), testEditor.editor.state.cursor.get()]).toEqual([[], { row: 'l2', step: 'p1', item: null }])
  })
})

describe('Tab', () => {
  it('commits and continues in the next step of the row', async () => {
    testEditor.at('l1', 'p1', 'a')
    startEditing(testEditor.editor, 'a')
    type('One')
    commitAndContinue(testEditor.editor)
    expect(editing()).toMatchObject({ id: 'c', draft: 'Till' })
    commitAndContinue(testEditor.editor)
    commitAndContinue(testEditor.editor)
    expect([editing(), testEditor.editor.state.cursor.get()?.item]).toEqual([null, 'd'])
    await testEditor.settled()
    expect(labels()).toEqual(['Changed “Window”'])
  })

  it('starts a card if the next cell is empty, and an idea after an idea', async () => {
    testEditor.editor.state.rows.set({ hidden: [], collapsed: [], pinned: [] })
    testEditor.at('l2', 'p1')
    startNew(testEditor.editor, { row: 'l2', step: 'p1', item: null }, 'Talks')
    commitAndContinue(testEditor.editor)
    expect(editing()).toMatchObject({ newRecord: {}, cursor: { row: 'l2', step: 'p2' }, draft: '' })
    cancelEdit(testEditor.editor)
    testEditor.at('notes', 'p1')
    testEditor.run(createIdea)
    type('Signs')
    commitAndContinue(testEditor.editor)
    type('Maps')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect(added().after).toMatchObject({ title: 'Maps', kind: 'idea', step: 'p2' })
  })

  it('stops at a cell without text', () => {
    testEditor.at('measures', 'p2', 'm')
    startEditing(testEditor.editor, 'm')
    commitAndContinue(testEditor.editor)
    expect([editing(), testEditor.editor.state.cursor.get()]).toEqual([
      null,
      { row: 'measures', step: 'p3', item: null },
    ])
  })
})

describe('adding', () => {
  it('adds a touchpoint after the card at the cursor', async () => {
    testEditor.at('l1', 'p1', 'a')
    testEditor.run(createTouchpoint)
    type('Door')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect(added()).toMatchObject({ type: 'touchpoint', after: { title: 'Door', step: 'p1', lane: 'l1' } })
    expect(testEditor.editor.store.inCell('touchpoint|p1|l1')).toEqual(['a', added().id, 'b'])
    expect([labels(), testEditor.editor.state.cursor.get()?.item]).toEqual([['Added “Door”'], added().id])
    await undoesAndRedoes()
  })

  it('adds a touchpoint last in the first lane if the cursor is in no lane', async () => {
    testEditor.at('emotions', 'p1')
    testEditor.run(createTouchpoint)
    type('Door')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect(testEditor.editor.store.inCell('touchpoint|p1|l1')).toEqual(['a', 'b', added().id])
    testEditor.editor.state.cursor.set(null)
    testEditor.run(createTouchpoint)
    expect(editing()).toMatchObject({ cursor: { row: 'l1', step: 'p1' } })
  })

  it('asks for a lane first if there is none', async () => {
    testEditor = await createTestEditor(SHOP.filter((item) => item.type === 'stage' || item.type === 'step'))
    testEditor.run(createTouchpoint)
    expect([editing(), testEditor.ui.open.mock.calls]).toEqual([null, [['lanes']]])
  })

  it.each([
    [createPain, 'pain'],
    [createIdea, 'idea'],
  ])('a note: after those of the step (%#)', async (command, kind) => {
    testEditor.at('l1', 'p1', 'a')
    testEditor.run(command)
    type('New')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect(added()).toMatchObject({ type: 'note', after: { title: 'New', kind, step: 'p1' } })
    expect(testEditor.editor.store.inCell('note|p1')).toEqual(['n', added().id])
    await undoesAndRedoes()
  })

  it('adds a promise from this step to the next', async () => {
    testEditor.at('l1', 'p2', 'c')
    await named(createPromise, 'In a day')
    expect(added()).toMatchObject({ type: 'promise', after: { title: 'In a day', made_in: 'p2', tested_in: 'p3' } })
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'promises', step: 'p2', item: added().id })
    testEditor.at('l1', 'p3', 'd')
    await named(createPromise, 'Always')
    expect(added().after).toMatchObject({ made_in: 'p3', tested_in: 'p3' })
    await undoesAndRedoes()
  })

  it('adds a measure and moves the cursor to it, even without a cursor before', async () => {
    await named(createMeasure, 'Hours')
    expect(added()).toMatchObject({ type: 'measure', after: { title: 'Hours', step: 'p1', better: 'higher' } })
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'measures', step: 'p1', item: added().id })
    await undoesAndRedoes()
  })

  it('adds a step after or before the one at the cursor', async () => {
    testEditor.at('l1', 'p1', 'a')
    await named(createStepAfter, 'Tries')
    const after = added().id
    expect(testEditor.editor.store.inCell('step|s1')).toEqual(['p1', after, 'p2'])
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'steps', step: after, item: after })
    testEditor.at('l1', 'p1', 'a')
    await named(createStepBefore, 'Hears')
    testEditor.at('l1', 'p2', 'c')
    await named(createStepBefore, 'Asks')
    const ids = testEditor.editor.store.inCell('step|s1')
    expect([ids.indexOf('p1'), ids.indexOf('p2'), ids.length]).toEqual([1, 4, 5])
    expect(labels()).toEqual(['Added “Tries”', 'Added “Hears”', 'Added “Asks”'])
    await undoesAndRedoes()
  })

  it('adds a step last in its stage if none is given', async () => {
    addStep(testEditor.editor, 's1', null)
    type('Tries')
    commitEdit(testEditor.editor)
    await testEditor.settled()
    expect(testEditor.editor.store.inCell('step|s1').at(-1)).toBe(added().id)
    testEditor = await createTestEditor([record('stage', 's', { title: 'S', position: 'n0' })])
    await named(createStepAfter, 'Tries')
    expect(added().after).toMatchObject({ title: 'Tries', stage: 's' })
  })

  it('adds a stage with its first step, after the one at the cursor or the last', async () => {
    testEditor.at('l1', 'p1', 'a')
    await named(createStage, 'Compare')
    const [created, step] = [added().id, String(testEditor.server.sets.at(-1)?.changes?.[1]?.id)]
    expect(testEditor.editor.outline.get().stages).toEqual(['s1', created, 's2'])
    expect(fields(step)).toMatchObject({ title: 'First step', stage: created })
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'stages', step, item: created })
    testEditor.editor.state.cursor.set(null)
    await named(createStage, 'Leave')
    expect(testEditor.editor.outline.get().stages.at(-1)).toBe(added().id)
    await undoesAndRedoes()
  })

  it('adds the first stage on an empty map, where nothing else can be added', async () => {
    testEditor = await createTestEditor([])
    expect(
      [createPromise, createMeasure, createStepAfter, createStepBefore].map((command) =>
        command.canRun(testEditor.editor),
      ),
    ).toEqual([false, false, false, false])
    testEditor.run(createPain)
    createPromise.run(testEditor.editor)
    createMeasure.run(testEditor.editor)
    createStepAfter.run(testEditor.editor)
    expect([editing(), labels()]).toEqual([null, []])
    await named(createStage, 'Compare')
    expect(testEditor.editor.outline.get().columns).toHaveLength(1)
  })

  it('opens the dialog for a lane and the panel for a comment', () => {
    testEditor.run(createLane)
    expect(testEditor.ui.open).toHaveBeenCalledWith('lanes')
    testEditor.run(createComment)
    expect(testEditor.editor.state.panel.get()).toBe('comments')
    testEditor.editor.can.set(new Set())
    expect(createComment.canRun(testEditor.editor)).toBe(false)
  })
})

describe('a record without a name', () => {
  const MAKING = [
    createTouchpoint,
    createPain,
    createIdea,
    createPromise,
    createMeasure,
    createStepAfter,
    createStepBefore,
    createStage,
  ]
  const drawn = () =>
    ['stage', 'step', 'touchpoint', 'note', 'promise', 'measure'].map(
      (kind) => testEditor.editor.store.ofType(kind).length,
    )

  it.each(MAKING.map((command) => [command.id, command] as const))(
    'is shown, and left without a trace: %s',
    async (_, command) => {
      testEditor.at('l1', 'p1', 'a')
      const before = drawn()
      for (const end of [cancelEdit, commitEdit]) {
        testEditor.run(command)
        expect(drawn()).not.toEqual(before)
        end(testEditor.editor)
        expect([drawn(), editing(), testEditor.editor.store.pending]).toEqual([before, null, []])
        expect(testEditor.editor.state.cursor.get()).toMatchObject({ step: 'p1' })
      }
      await testEditor.settled()
      expect([testEditor.server.sets, labels()]).toEqual([[], []])
    },
  )

  it('is discarded when another edit starts, and created if it had a name', async () => {
    testEditor.at('l1', 'p1', 'a')
    testEditor.run(createStepAfter)
    testEditor.run(createPromise)
    expect(testEditor.editor.store.pending).toHaveLength(1)
    type('In a day')
    startEditing(testEditor.editor, 'b')
    expect(editing()).toMatchObject({ id: 'b' })
    cancelEdit(testEditor.editor)
    await testEditor.settled()
    expect(labels()).toEqual(['Added “In a day”'])
  })

  it('restores the missing cursor when canceled', async () => {
    testEditor = await createTestEditor([])
    testEditor.run(createStage)
    cancelEdit(testEditor.editor)
    expect([testEditor.editor.state.cursor.get(), testEditor.editor.outline.get().stages]).toEqual([null, []])
  })

  it('is rejected with its name if a lock was set in the meantime', async () => {
    testEditor.at('l1', 'p3', 'd')
    testEditor.run(createTouchpoint)
    type('Door')
    testEditor.server.lock('s2', true)
    await testEditor.editor.session.pull()
    commitEdit(testEditor.editor)
    expect([
      testEditor.events.refused.mock.calls[0]?.[0],
      testEditor.editor.store.pending,
      testEditor.editor.state.cursor.get()?.item,
    ]).toEqual(['Added “Door”', [], 'd'])
  })
})

describe('a hidden or collapsed row', () => {
  it('is shown when an edit starts in it', () => {
    testEditor.editor.state.rows.set({ hidden: ['notes', 'promises', 'emotions'], collapsed: ['l1'], pinned: [] })
    testEditor.at('l1', 'p1')
    testEditor.run(createPain)
    expect(editing()?.cursor.row).toBe('notes')
    testEditor.at('l1', 'p1')
    testEditor.run(createPromise)
    testEditor.at('l1', 'p1')
    testEditor.run(createTouchpoint)
    expect(testEditor.editor.state.rows.get()).toEqual({ hidden: ['emotions'], collapsed: [], pinned: [] })
  })
})

describe('undo and redo', () => {
  it('do nothing at first', () => {
    expect([undoCommand.canRun(testEditor.editor), redoCommand.canRun(testEditor.editor)]).toEqual([false, false])
    undoCommand.run(testEditor.editor)
    expect(testEditor.ui.announce).not.toHaveBeenCalled()
  })
})
