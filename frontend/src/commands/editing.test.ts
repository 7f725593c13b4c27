/** Texts under the hand, and everything that is made. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Item } from '../model/records'
import { SHOP, record } from '../store/testing/records'
import type { Command } from './command'
import { editText } from './edit'
import { begin, beginNew, finish, finishAndNext, leave, stageOf } from './edit_text'
import { setTyped } from './set_typed'
import { addStep, comment, idea, lane, measure, pain, promise, stage, stepAfter, stepBefore, touchpoint } from './make'
import { type Bench, bench } from './testing/editor'
import { redo, undo } from './undo'

let b: Bench

beforeEach(async () => void (b = await bench()))

const type = (draft: string) => b.editor.view.editing.change((now) => now && { ...now, draft })
const editing = () => b.editor.view.editing.get()
const labels = () => b.editor.session.history.undoable.get().map((done) => done.label)
const fields = (id: string) => b.server.records.get(id)?.fields
const added = () => {
  const change = b.server.sets.at(-1)?.changes?.find((one) => one.op === 'add')
  return { type: change?.type, id: String(change?.id), after: change?.after as Record<string, unknown> }
}

/** Run a command that makes something, and name what it makes. */
async function named(command: Command, title: string): Promise<void> {
  b.run(command)
  type(title)
  finish(b.editor)
  await b.settled()
}

/** Undo takes it back on the server too, and redo does it again. */
async function takesBack(): Promise<void> {
  const [before, sets] = [structuredClone([...b.server.records.keys()].sort()), b.server.sets.length]
  expect(b.run(undo)).toBe(true)
  await b.settled()
  expect([...b.server.records.keys()].sort()).not.toEqual(before)
  expect(b.run(redo)).toBe(true)
  await b.settled()
  expect([...b.server.records.keys()].sort()).toEqual(before)
  expect(b.server.sets.length).toBe(sets + 2)
}

describe('a text that somebody else changes while one types', () => {
  const title = () => String(fields('a')?.['title'])
  const theirs = async () => {
    b.at('l1', 'p1', 'a')
    b.run(editText)
    b.server.edit('bo', { id: 'g-bo', ops: [{ op: 'set', type: 'touchpoint', id: 'a', fields: { title: 'Theirs' } }] })
    await b.editor.session.pull()
  }

  it('is left as theirs where nothing was typed', async () => {
    await theirs()
    finish(b.editor)
    await b.settled()
    expect([title(), b.prompts.toast.mock.calls]).toEqual(['Theirs', []])
  })

  it('is replaced with a word, and theirs can come back', async () => {
    await theirs()
    type('Mine')
    finish(b.editor)
    await b.settled()
    const [words, action] = b.prompts.toast.mock.calls.at(-1) ?? []
    expect([title(), words]).toEqual(['Mine', 'Somebody else wrote “Theirs” here while you were typing. Yours has replaced it.'])
    action?.run?.()
    await b.settled()
    expect(title()).toBe('Theirs')
  })
})

it('a long text that was replaced is quoted by its beginning, an emptied one as nothing', async () => {
  const item = b.editor.store.get('a') as Item
  for (const [notes, quoted] of [['n'.repeat(80), `${'n'.repeat(59)}…`], [null, '']] as const) {
    b.editor.session.do('By another window', [{ op: 'set', type: 'touchpoint', id: 'a', fields: { notes } }])
    setTyped(b.editor, item, 'notes', 'Mine', 'Before')
    expect(b.prompts.toast.mock.calls.at(-1)?.[0]).toContain(`“${quoted}”`)
  }
  await b.settled()
  setTyped(b.editor, { ...item, fields: {} }, 'notes', undefined, 'Before')
  expect(labels().slice(-2)).toEqual(['Changed “Window”', 'Changed “”'])
})

describe('a text that is there', () => {
  it('is changed when it is finished, in one gesture', async () => {
    b.at('l1', 'p1', 'a')
    expect(b.run(editText)).toBe(true)
    expect(editing()).toMatchObject({ id: 'a', type: 'touchpoint', field: 'title', draft: 'Window' })
    type('  Wide window ')
    finish(b.editor)
    await b.settled()
    expect([fields('a')?.['title'], labels(), editing()]).toEqual(['Wide window', ['Changed “Window”'], null])
    expect(b.editor.view.cursor.get()).toEqual({ row: 'l1', step: 'p1', item: 'a' })
    b.run(undo)
    await b.settled()
    expect(fields('a')?.['title']).toBe('Window')
    expect(b.prompts.announce).toHaveBeenLastCalledWith('Undone: Changed “Window”')
    b.run(redo)
    expect(b.prompts.announce).toHaveBeenLastCalledWith('Done again: Changed “Window”')
    await b.settled()
    expect(fields('a')?.['title']).toBe('Wide window')
  })

  it('is not sent where it did not change, and a title is not emptied', async () => {
    begin(b.editor, 'a')
    finish(b.editor)
    begin(b.editor, 'a')
    type('  ')
    finish(b.editor)
    await b.settled()
    expect([b.server.sets, fields('a')?.['title']]).toEqual([[], 'Window'])
    expect(b.prompts.announce).toHaveBeenCalledWith('A title cannot be empty. It stays as it was.', true)
  })

  it('other texts may be emptied, and say what they were called', async () => {
    begin(b.editor, 'a', 'notes')
    type('')
    finish(b.editor)
    begin(b.editor, 'p1', 'notes') // which a step has not
    expect(editing()?.draft).toBe('')
    leave(b.editor)
    begin(b.editor, 'b', 'notes')
    type('New')
    finish(b.editor)
    await b.settled()
    expect([fields('a')?.['notes'], fields('b')?.['notes'], labels()]).toEqual(['', 'New', ['Changed “Warm light”', 'Changed “New”']])
  })

  it('is left as it was with Escape', () => {
    b.at('l1', 'p1', 'b')
    begin(b.editor, 'b')
    type('x')
    leave(b.editor)
    expect([editing(), b.editor.view.cursor.get()?.item, b.editor.session.state.get().kind]).toEqual([null, 'b', 'saved'])
    leave(b.editor)
    finish(b.editor)
    finishAndNext(b.editor)
    expect(labels()).toEqual([])
  })

  it('is not begun on what is not there, nor by those who only read', async () => {
    begin(b.editor, 'nowhere')
    begin(b.editor, 'l1')
    b.editor.view.mode.set('read')
    b.at('l1', 'p1', 'a')
    begin(b.editor, 'a')
    beginNew(b.editor, { row: 'l1', step: 'p1', item: null })
    expect([editing(), b.run(editText)]).toEqual([null, false])
  })

  it('needs a cursor, and hands that are free', () => {
    expect(editText.canRun(b.editor)).toBe(false)
    b.at('l1', 'p1', 'a')
    b.editor.view.carrying.set({ ids: ['a'], from: { row: 'l1', step: 'p1', item: 'a' } })
    expect(editText.canRun(b.editor)).toBe(false)
  })
})

describe('Enter on an empty cell', () => {
  it('begins a card in a lane, a note in its row, asks who answers for a stage, and else nothing', () => {
    b.at('l2', 'p1')
    b.run(editText)
    expect(editing()).toMatchObject({ type: 'touchpoint', newRecord: {} })
    leave(b.editor)
    b.at('notes', 'p2')
    b.run(editText)
    expect(editing()).toMatchObject({ type: 'note', newRecord: {} })
    leave(b.editor)
    b.at('answers', 'p3')
    b.run(editText)
    b.at('feels', 'p3')
    b.run(editText)
    expect([editing(), b.prompts.open.mock.calls]).toEqual([null, [['person', 's2']]])
    expect(stageOf(b.editor, null)).toBeNull()
  })

  it('makes a promise or a measure where the row is of them', () => {
    b.at('promises', 'p1')
    b.run(editText)
    expect(editing()).toMatchObject({ type: 'promise' })
    leave(b.editor)
    b.at('measures', 'p1')
    b.run(editText)
    expect(editing()).toMatchObject({ type: 'measure' })
    type('Hours')
    finish(b.editor)
    expect(labels()).toEqual(['Added “Hours”'])
  })

  it('makes nothing without a text', () => {
    beginNew(b.editor, { row: 'l2', step: 'p1', item: null }, ' ')
    finish(b.editor)
    expect([labels(), b.editor.view.cursor.get()]).toEqual([[], { row: 'l2', step: 'p1', item: null }])
  })
})

describe('Tab', () => {
  it('finishes, and goes on with the next step of the row', async () => {
    b.at('l1', 'p1', 'a')
    begin(b.editor, 'a')
    type('One')
    finishAndNext(b.editor)
    expect(editing()).toMatchObject({ id: 'c', draft: 'Till' })
    finishAndNext(b.editor)
    finishAndNext(b.editor)
    expect([editing(), b.editor.view.cursor.get()?.item]).toEqual([null, 'd'])
    await b.settled()
    expect(labels()).toEqual(['Changed “Window”'])
  })

  it('begins a card where the next cell is empty, and an idea after an idea', async () => {
    b.editor.view.rows.set({ hidden: [], collapsed: [], pinned: [] })
    b.at('l2', 'p1')
    beginNew(b.editor, { row: 'l2', step: 'p1', item: null }, 'Talks')
    finishAndNext(b.editor)
    expect(editing()).toMatchObject({ newRecord: {}, at: { row: 'l2', step: 'p2' }, draft: '' })
    leave(b.editor)
    b.at('notes', 'p1')
    b.run(idea)
    type('Signs')
    finishAndNext(b.editor)
    type('Maps')
    finish(b.editor)
    await b.settled()
    expect(added().after).toMatchObject({ title: 'Maps', kind: 'idea', step: 'p2' })
  })

  it('stops at a cell that nothing can be typed into', () => {
    b.at('measures', 'p2', 'm')
    begin(b.editor, 'm')
    finishAndNext(b.editor)
    expect([editing(), b.editor.view.cursor.get()]).toEqual([null, { row: 'measures', step: 'p3', item: null }])
  })
})

describe('making', () => {
  it('a touchpoint: after the card at the cursor', async () => {
    b.at('l1', 'p1', 'a')
    b.run(touchpoint)
    type('Door')
    finish(b.editor)
    await b.settled()
    expect(added()).toMatchObject({ type: 'touchpoint', after: { title: 'Door', step: 'p1', lane: 'l1' } })
    expect(b.editor.store.inCell('touchpoint|p1|l1')).toEqual(['a', added().id, 'b'])
    expect([labels(), b.editor.view.cursor.get()?.item]).toEqual([['Added “Door”'], added().id])
    await takesBack()
  })

  it('a touchpoint: last in the first lane, where the cursor is in no lane or nowhere', async () => {
    b.at('feels', 'p1')
    b.run(touchpoint)
    type('Door')
    finish(b.editor)
    await b.settled()
    expect(b.editor.store.inCell('touchpoint|p1|l1')).toEqual(['a', 'b', added().id])
    b.editor.view.cursor.set(null)
    b.run(touchpoint)
    expect(editing()).toMatchObject({ at: { row: 'l1', step: 'p1' } })
  })

  it('a touchpoint: first a lane, where there is none', async () => {
    b = await bench(SHOP.filter((item) => item.type === 'stage' || item.type === 'step'))
    b.run(touchpoint)
    expect([editing(), b.prompts.open.mock.calls]).toEqual([null, [['lanes']]])
  })

  it.each([[pain, 'pain'], [idea, 'idea']])('a note: after those of the step (%#)', async (command, kind) => {
    b.at('l1', 'p1', 'a')
    b.run(command)
    type('New')
    finish(b.editor)
    await b.settled()
    expect(added()).toMatchObject({ type: 'note', after: { title: 'New', kind, step: 'p1' } })
    expect(b.editor.store.inCell('note|p1')).toEqual(['n', added().id])
    await takesBack()
  })

  it('a promise: from this step to the next one', async () => {
    b.at('l1', 'p2', 'c')
    await named(promise, 'In a day')
    expect(added()).toMatchObject({ type: 'promise', after: { title: 'In a day', made_in: 'p2', tested_in: 'p3' } })
    expect(b.editor.view.cursor.get()).toEqual({ row: 'promises', step: 'p2', item: added().id })
    b.at('l1', 'p3', 'd')
    await named(promise, 'Always')
    expect(added().after).toMatchObject({ made_in: 'p3', tested_in: 'p3' })
    await takesBack()
  })

  it('a measure, and the cursor is on it though it was nowhere', async () => {
    await named(measure, 'Hours')
    expect(added()).toMatchObject({ type: 'measure', after: { title: 'Hours', step: 'p1', better: 'higher' } })
    expect(b.editor.view.cursor.get()).toEqual({ row: 'measures', step: 'p1', item: added().id })
    await takesBack()
  })

  it('a step after and before the one at the cursor', async () => {
    b.at('l1', 'p1', 'a')
    await named(stepAfter, 'Tries')
    const after = added().id
    expect(b.editor.store.inCell('step|s1')).toEqual(['p1', after, 'p2'])
    expect(b.editor.view.cursor.get()).toEqual({ row: 'steps', step: after, item: after })
    b.at('l1', 'p1', 'a')
    await named(stepBefore, 'Hears')
    b.at('l1', 'p2', 'c')
    await named(stepBefore, 'Asks')
    const ids = b.editor.store.inCell('step|s1')
    expect([ids.indexOf('p1'), ids.indexOf('p2'), ids.length]).toEqual([1, 4, 5])
    expect(labels()).toEqual(['Added “Tries”', 'Added “Hears”', 'Added “Asks”'])
    await takesBack()
  })

  it('a step last in its stage, where none is named', async () => {
    addStep(b.editor, 's1', null)
    type('Tries')
    finish(b.editor)
    await b.settled()
    expect(b.editor.store.inCell('step|s1').at(-1)).toBe(added().id)
    b = await bench([record('stage', 's', { title: 'S', position: 'n0' })])
    await named(stepAfter, 'Tries')
    expect(added().after).toMatchObject({ title: 'Tries', stage: 's' })
  })

  it('a stage with its first step, after the one at the cursor or the last', async () => {
    b.at('l1', 'p1', 'a')
    await named(stage, 'Compare')
    const [made, step] = [added().id, String(b.server.sets.at(-1)?.changes?.[1]?.id)]
    expect(b.editor.order.get().stages).toEqual(['s1', made, 's2'])
    expect(fields(step)).toMatchObject({ title: 'First step', stage: made })
    expect(b.editor.view.cursor.get()).toEqual({ row: 'stages', step, item: made })
    b.editor.view.cursor.set(null)
    await named(stage, 'Leave')
    expect(b.editor.order.get().stages.at(-1)).toBe(added().id)
    await takesBack()
  })

  it('the first stage of an empty map; nothing else can be made there', async () => {
    b = await bench([])
    expect([promise, measure, stepAfter, stepBefore].map((command) => command.canRun(b.editor))).toEqual([false, false, false, false])
    b.run(pain)
    promise.run(b.editor)
    measure.run(b.editor)
    stepAfter.run(b.editor)
    expect([editing(), labels()]).toEqual([null, []])
    await named(stage, 'Compare')
    expect(b.editor.order.get().columns).toHaveLength(1)
  })

  it('a lane by its dialog, a comment in its panel', () => {
    b.run(lane)
    expect(b.prompts.open).toHaveBeenCalledWith('lanes')
    b.run(comment)
    expect(b.editor.view.panel.get()).toBe('comments')
    b.editor.can.set(new Set())
    expect(comment.canRun(b.editor)).toBe(false)
  })
})

describe('what has no name yet', () => {
  const MAKING = [touchpoint, pain, idea, promise, measure, stepAfter, stepBefore, stage]
  const drawn = () => ['stage', 'step', 'touchpoint', 'note', 'promise', 'measure'].map((kind) => b.editor.store.ofType(kind).length)

  it.each(MAKING.map((command) => [command.id, command] as const))('is shown, and left without a trace: %s', async (_, command) => {
    b.at('l1', 'p1', 'a')
    const before = drawn()
    for (const end of [leave, finish]) {
      b.run(command)
      expect(drawn()).not.toEqual(before)
      end(b.editor)
      expect([drawn(), editing(), b.editor.store.pending]).toEqual([before, null, []])
      expect(b.editor.view.cursor.get()).toMatchObject({ step: 'p1' })
    }
    await b.settled()
    expect([b.server.sets, labels()]).toEqual([[], []])
  })

  it('goes when something else is begun, and is kept where it had a name', async () => {
    b.at('l1', 'p1', 'a')
    b.run(stepAfter)
    b.run(promise)
    expect(b.editor.store.pending).toHaveLength(1)
    type('In a day')
    begin(b.editor, 'b')
    expect(editing()).toMatchObject({ id: 'b' })
    leave(b.editor)
    await b.settled()
    expect(labels()).toEqual(['Added “In a day”'])
  })

  it('leaves no cursor where there was none', async () => {
    b = await bench([])
    b.run(stage)
    leave(b.editor)
    expect([b.editor.view.cursor.get(), b.editor.order.get().stages]).toEqual([null, []])
  })

  it('is refused with its name where a lock came in between', async () => {
    b.at('l1', 'p3', 'd')
    b.run(touchpoint)
    type('Door')
    b.server.lock('s2', true)
    await b.editor.session.pull()
    finish(b.editor)
    expect([b.told.refused.mock.calls[0]?.[0], b.editor.store.pending, b.editor.view.cursor.get()?.item]).toEqual(['Added “Door”', [], 'd'])
  })
})

describe('a row that one does not see', () => {
  it('opens where a text begins in it', () => {
    b.editor.view.rows.set({ hidden: ['notes', 'promises', 'feels'], collapsed: ['l1'], pinned: [] })
    b.at('l1', 'p1')
    b.run(pain)
    expect(editing()?.at.row).toBe('notes')
    b.at('l1', 'p1')
    b.run(promise)
    b.at('l1', 'p1')
    b.run(touchpoint)
    expect(b.editor.view.rows.get()).toEqual({ hidden: ['feels'], collapsed: [], pinned: [] })
  })
})

describe('undo and redo', () => {
  it('have nothing to do at first', () => {
    expect([undo.canRun(b.editor), redo.canRun(b.editor)]).toEqual([false, false])
    undo.run(b.editor)
    expect(b.prompts.announce).not.toHaveBeenCalled()
  })
})
