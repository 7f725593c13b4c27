/** Making things at the cursor. */
import { uuid7 } from '../lib/ids'
import type { Id } from '../model/records'
import { cellKey } from '../model/records'
import type { Cursor } from '../store/view'
import type { Command, Editor } from './command'
import { beginNew, beginRecord, finish, stageOf } from './edit_text'
import { enter, isLane, rowsOf, start } from './walk'

const base = { group: 'Make' as const, changes: true, canRun: () => true }

/** Where the cursor is, once the text under the hand is kept. */
function cursorNow(editor: Editor): Cursor | null {
  finish(editor)
  return editor.view.cursor.get() ?? start(editor)
}

/** The cell for a new touchpoint: at the cursor if that is a lane, else in the first lane. */
function laneCell(editor: Editor): Cursor | null {
  const cursor = cursorNow(editor)
  if (!cursor || isLane(editor, cursor.row)) return cursor
  const lane = rowsOf(editor).find((row) => isLane(editor, row))
  return lane ? enter(editor, lane, cursor.step, -1) : null
}

export const touchpoint: Command = {
  ...base,
  id: 'make.touchpoint',
  name: 'Touchpoint',
  keys: ['T'],
  icon: 'square',
  on: ['cell', 'map'],
  run(editor) {
    const at = laneCell(editor)
    if (at) beginNew(editor, at)
    else editor.prompts.open('lanes')
  },
}

function note(kind: 'pain' | 'idea', name: string, key: string, icon: string): Command {
  return {
    ...base,
    id: `make.${kind}`,
    name,
    keys: [key],
    icon,
    on: ['cell', 'map'],
    run(editor) {
      const cursor = cursorNow(editor)
      if (cursor) beginNew(editor, enter(editor, 'notes', cursor.step, -1), '', { kind })
    },
  }
}

export const pain = note('pain', 'Pain', 'X', 'triangle-alert')
export const idea = note('idea', 'Idea', 'I', 'lightbulb')

export const promise: Command = {
  ...base,
  id: 'make.promise',
  name: 'Promise',
  keys: ['P'],
  icon: 'flag',
  on: ['cell', 'step', 'map'],
  canRun: ({ order }) => order.get().columns.length > 0,
  run(editor) {
    const cursor = cursorNow(editor)
    if (!cursor) return
    const { columns } = editor.order.get()
    const at = columns.findIndex((column) => column.step === cursor.step)
    const tested = columns[at + 1]?.step ?? cursor.step
    beginRecord(editor, [{ op: 'add', type: 'promise', id: uuid7(), fields: { made_in: cursor.step, tested_in: tested } }])
  },
}

export const measure: Command = {
  ...base,
  id: 'make.measure',
  name: 'Measure',
  icon: 'gauge',
  on: ['cell', 'step', 'map'],
  canRun: ({ order }) => order.get().columns.length > 0,
  run(editor) {
    const cursor = cursorNow(editor)
    if (cursor) beginRecord(editor, [{ op: 'add', type: 'measure', id: uuid7(), place: { step: cursor.step } }])
  },
}

function step(id: string, name: string, key: string, where: 'after' | 'before'): Command {
  return {
    ...base,
    id,
    name,
    keys: [key],
    icon: 'columns-3',
    on: ['step', 'cell', 'map'],
    canRun: ({ order }) => order.get().stages.length > 0,
    run(editor) {
      const cursor = cursorNow(editor)
      const stage = stageOf(editor, cursor) ?? editor.order.get().stages.at(-1)
      if (stage) addStep(editor, stage, cursor?.step ?? null, where)
    },
  }
}

/** Add a step beside another one (or last in the stage). */
export function addStep(editor: Editor, stage: Id, beside: Id | null, where: 'after' | 'before' = 'after'): void {
  const siblings = editor.store.inCell(cellKey('step', stage))
  const before = siblings[siblings.indexOf(beside ?? '') - 1] ?? null
  const after = where === 'after' ? { after: beside } : { after: before }
  beginRecord(editor, [{ op: 'add', type: 'step', id: uuid7(), place: beside ? { stage, ...after } : { stage } }])
}

export const stepAfter = step('make.step', 'Step', 'M', 'after')
export const stepBefore = step('make.step.before', 'Step before', 'Shift+M', 'before')

export const stage: Command = {
  ...base,
  id: 'make.stage',
  name: 'Stage',
  keys: ['G'],
  icon: 'bookmark',
  on: ['stage', 'map'],
  run(editor) {
    finish(editor)
    const here = stageOf(editor, editor.view.cursor.get()) ?? editor.order.get().stages.at(-1) ?? null
    const stageId = uuid7()
    beginRecord(editor, [
      { op: 'add', type: 'stage', id: stageId, place: { after: here } },
      // A stage always has a step: the map has a column for it at once.
      { op: 'add', type: 'step', id: uuid7(), fields: { title: 'First step' }, place: { stage: stageId } },
    ])
  },
}

export const lane: Command = { ...base, id: 'make.lane', name: 'Lane', keys: ['L'], icon: 'rows-3', on: ['lane', 'map'], run: ({ prompts }) => prompts.open('lanes') }

export const comment: Command = {
  id: 'make.comment',
  name: 'Comment',
  group: 'Make',
  keys: ['C'],
  icon: 'message-square',
  on: ['card', 'step', 'stage', 'map'],
  canRun: ({ can }) => can.get().has('comment'),
  run({ view }) {
    view.panel.set('comments')
    // A panel that opens takes the focus by itself (ui/Comments.tsx); one that is open is asked to.
    document.querySelector<HTMLElement>('.comment-new textarea')?.focus()
  },
}
