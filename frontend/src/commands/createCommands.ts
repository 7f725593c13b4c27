/** Commands that add records at the cursor. */
import { gettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import type { Id } from '../model/records'
import { cellKey } from '../model/records'
import type { Cursor } from '../store/editorState'
import type { Command, Editor } from './command'
import { startNew, startNewRecord, commitEdit, stageAtCursor } from './inlineEdit'
import { cursorAt, isLane, visibleRows, firstCursor } from './gridNavigation'

const base = { group: 'Add' as const, needsDrawRight: true, canRun: () => true }

/** Commit the inline edit and return the cursor, or the first cell if there is none. */
function commitAndGetCursor(editor: Editor): Cursor | null {
  commitEdit(editor)
  return editor.state.cursor.get() ?? firstCursor(editor)
}

/** Return the cell for a new touchpoint: at the cursor if that is in a lane, otherwise in the first lane. */
function laneCursor(editor: Editor): Cursor | null {
  const cursor = commitAndGetCursor(editor)
  if (!cursor || isLane(editor, cursor.row)) return cursor
  const lane = visibleRows(editor).find((row) => isLane(editor, row))
  return lane ? cursorAt(editor, lane, cursor.step, -1) : null
}

export const createTouchpoint: Command = {
  ...base,
  id: 'make.touchpoint',
  name: gettext('Touchpoint'),
  keys: ['T'],
  icon: 'square',
  on: ['cell', 'map'],
  run(editor) {
    const at = laneCursor(editor)
    if (at) startNew(editor, at)
    else editor.ui.open('lanes')
  },
}

function noteCommand(kind: 'pain' | 'idea', name: string, key: string, icon: string): Command {
  return {
    ...base,
    id: `make.${kind}`,
    name,
    keys: [key],
    icon,
    on: ['cell', 'map'],
    run(editor) {
      const cursor = commitAndGetCursor(editor)
      if (cursor) startNew(editor, cursorAt(editor, 'notes', cursor.step, -1), '', { kind })
    },
  }
}

export const createPain = noteCommand('pain', gettext('Pain'), 'X', 'triangle-alert')
export const createIdea = noteCommand('idea', gettext('Idea'), 'I', 'lightbulb')

export const createPromise: Command = {
  ...base,
  id: 'make.promise',
  name: gettext('Promise'),
  keys: ['P'],
  icon: 'flag',
  on: ['cell', 'step', 'map'],
  canRun: ({ outline }) => outline.get().columns.length > 0,
  run(editor) {
    const cursor = commitAndGetCursor(editor)
    if (!cursor) return
    const { columns } = editor.outline.get()
    const at = columns.findIndex((column) => column.step === cursor.step)
    const tested = columns[at + 1]?.step ?? cursor.step
    startNewRecord(editor, [
      { op: 'add', type: 'promise', id: uuid7(), fields: { made_in: cursor.step, tested_in: tested } },
    ])
  },
}

export const createMeasure: Command = {
  ...base,
  id: 'make.measure',
  name: gettext('Measure'),
  icon: 'gauge',
  on: ['cell', 'step', 'map'],
  canRun: ({ outline }) => outline.get().columns.length > 0,
  run(editor) {
    const cursor = commitAndGetCursor(editor)
    if (cursor) startNewRecord(editor, [{ op: 'add', type: 'measure', id: uuid7(), place: { step: cursor.step } }])
  },
}

function stepCommand(id: string, name: string, key: string, where: 'after' | 'before'): Command {
  return {
    ...base,
    id,
    name,
    keys: [key],
    icon: 'columns-3',
    on: ['step', 'cell', 'map'],
    canRun: ({ outline }) => outline.get().stages.length > 0,
    run(editor) {
      const cursor = commitAndGetCursor(editor)
      const stage = stageAtCursor(editor, cursor) ?? editor.outline.get().stages.at(-1)
      if (stage) addStep(editor, stage, cursor?.step ?? null, where)
    },
  }
}

/** Add a step before or after another one, or last in the stage. */
export function addStep(editor: Editor, stage: Id, beside: Id | null, where: 'after' | 'before' = 'after'): void {
  const siblings = editor.store.inCell(cellKey('step', stage))
  const before = siblings[siblings.indexOf(beside ?? '') - 1] ?? null
  const after = where === 'after' ? { after: beside } : { after: before }
  startNewRecord(editor, [{ op: 'add', type: 'step', id: uuid7(), place: beside ? { stage, ...after } : { stage } }])
}

export const createStepAfter = stepCommand('make.step', gettext('Step'), 'M', 'after')
export const createStepBefore = stepCommand('make.step.before', gettext('Step before'), 'Shift+M', 'before')

export const createStage: Command = {
  ...base,
  id: 'make.stage',
  name: gettext('Stage'),
  keys: ['G'],
  icon: 'bookmark',
  on: ['stage', 'map'],
  run(editor) {
    commitEdit(editor)
    const lastStage = stageAtCursor(editor, editor.state.cursor.get()) ?? editor.outline.get().stages.at(-1) ?? null
    const stageId = uuid7()
    startNewRecord(editor, [
      { op: 'add', type: 'stage', id: stageId, place: { after: lastStage } },
      // A stage always has a step, so the map gets a column for it at once.
      { op: 'add', type: 'step', id: uuid7(), fields: { title: gettext('First step') }, place: { stage: stageId } },
    ])
  },
}

export const createLane: Command = {
  ...base,
  id: 'make.lane',
  name: gettext('Lane'),
  keys: ['L'],
  icon: 'rows-3',
  on: ['lane', 'map'],
  run: ({ ui }) => ui.open('lanes'),
}

export const createComment: Command = {
  id: 'make.comment',
  name: gettext('Comment'),
  group: 'Add',
  keys: ['C'],
  icon: 'message-square',
  on: ['card', 'step', 'stage', 'map'],
  canRun: ({ can }) => can.get().has('comment'),
  run({ state }) {
    state.panel.set('comments')
    // A panel takes the focus when it opens (ui/CommentsPanel.tsx). If it is already open, focus it here.
    document.querySelector<HTMLElement>('.comment-new textarea')?.focus()
  },
}
