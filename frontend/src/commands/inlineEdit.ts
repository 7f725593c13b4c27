/** Inline editing: start, commit and cancel. */
import { gettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import { storableLine } from '../lib/text'
import type { Fields, Item } from '../model/records'
import { findLock } from '../store/locks'
import type { OpDraft } from '../store/planPatches'
import type { Cursor, InlineEdit } from '../store/editorState'
import type { Editor } from './command'
import { titleOf } from './positionText'
import { saveTypedValue } from './saveTypedValue'
import { discardNewRecord, createNewRecord, showLocked, showNewRecord } from './newRecord'
import { cursorOnRecord, isLane, moveCursor } from './gridNavigation'

/** Edit a record's title (or another of its texts) in place. */
export function startEditing(editor: Editor, id: string, field = 'title'): void {
  const item = editor.store.get(id)
  const cursor = editor.state.cursor.get() ?? cursorOnRecord(editor, id)
  if (!item || !cursor || !editor.state.mayDraw || rejectIfLocked(editor, item)) return
  if (editor.state.inlineEdit.get()) {
    commitEdit(editor)
    editor.state.placeCursor(cursor)
  }
  revealRow(editor, cursor)
  const text = String(item.fields[field] ?? '')
  editor.state.inlineEdit.set({ id, type: item.type, field, draft: text, baseText: text, cursor })
}

/** Start a new record in a cell of a lane or of pains and ideas: after the record at the cursor, or last. */
export function startNew(editor: Editor, at: Cursor, draft = '', fields: Fields = {}): void {
  const isNote = at.row === 'notes'
  const place = { step: at.step, ...(isNote ? {} : { lane: at.row }), ...(at.item ? { after: at.item } : {}) }
  startNewRecord(editor, [{ op: 'add', type: isNote ? 'note' : 'touchpoint', id: uuid7(), fields, place }], draft, at)
}

/** Show a new record and let the user name it. It is created only once it has a name; canceling returns to `from`. */
export function startNewRecord(
  editor: Editor,
  ops: readonly [OpDraft, ...OpDraft[]],
  draft = '',
  from = editor.state.cursor.get(),
): void {
  const { state } = editor
  const [{ id, type }] = ops
  if (!state.mayDraw) return
  commitEdit(editor)
  const newRecord = showNewRecord(editor, ops, from)
  const cursor = newRecord && cursorOnRecord(editor, id)
  if (!cursor) return
  revealRow(editor, cursor)
  state.cursor.set(cursor)
  state.select()
  state.inlineEdit.set({ id, type, field: 'title', draft: '', cursor, newRecord })
  updateDraft(editor, draft)
}

/** Update the typed text. It is kept as a draft until the edit is committed or canceled. */
export function updateDraft(editor: Editor, draft: string): void {
  const editing = editor.state.inlineEdit.get()
  if (!editing) return
  const next = { ...editing, draft }
  editor.state.inlineEdit.set(next)
  if (isUnchanged(next)) editor.unsavedTexts.removeDraft(draftField(next))
  else editor.unsavedTexts.saveDraft(draftField(next), draft, draftLabel(editor, next))
}

/** Return the field name under which the draft is stored. */
export function draftField({ id, field }: InlineEdit): string {
  return `${id} ${field}`
}

const NEW_RECORD_LABELS: Readonly<Record<string, string>> = {
  stage: gettext('New stage'),
  step: gettext('New step'),
  touchpoint: gettext('New touchpoint'),
  promise: gettext('New promise'),
  note: gettext('New pain or idea'),
  measure: gettext('New measure'),
}

function draftLabel(editor: Editor, { id, type, newRecord }: InlineEdit): string {
  return newRecord ? (NEW_RECORD_LABELS[type] ?? '') : `“${titleOf(editor, id)}”`
}

/** Refuse to start editing a locked record, instead of rejecting the text afterwards. */
function rejectIfLocked(editor: Editor, item: Item | undefined): boolean {
  const lock = findLock(editor.store, item)
  if (lock) showLocked(editor, lock)
  return lock !== undefined
}

/** Show a hidden or collapsed row, so that the text is visible while it is typed. */
function revealRow({ state }: Editor, { row }: Cursor): void {
  for (const which of ['hidden', 'collapsed'] as const)
    if (state.rows.get()[which].includes(row)) state.toggleRow(which, row)
}

/** Return whether the text is still the original one. */
export function isUnchanged({ draft, baseText = '' }: InlineEdit): boolean {
  return draft === baseText
}

/** Commit the edit. A new record without a title is discarded; an existing title cannot be emptied. */
export function commitEdit(editor: Editor): void {
  const editing = editor.state.inlineEdit.get()
  if (!editing) return
  const { id, cursor, newRecord } = editing
  const text = storableLine(editing.draft)
  if (newRecord && !text) return cancelEdit(editor)
  if (!newRecord) saveText(editor, editing, text)
  const isCreated = newRecord === undefined || createNewRecord(editor, newRecord, text)
  editor.state.inlineEdit.set(null)
  editor.unsavedTexts.removeDraft(draftField(editing)) // not before the journal has the text
  placeCursor(editor, isCreated ? { ...cursor, item: id } : newRecord.from)
}

function placeCursor({ state }: Editor, cursor: Cursor | null): void {
  if (cursor) return state.placeCursor(cursor)
  state.cursor.set(null)
  state.select()
}

function saveText(editor: Editor, { id, field, baseText }: InlineEdit, text: string): void {
  const item = editor.store.get(id)
  const before = item?.fields[field]
  if (!item || text === before) return
  if (!text && field === 'title') editor.ui.announce(gettext('A title can’t be empty. The old title was kept.'), true)
  else
    saveTypedValue(editor, item, field, text, baseText, gettext('Changed “{title}”', { title: String(before || text) }))
}

/** Cancel the edit. A new record is discarded. */
export function cancelEdit(editor: Editor): void {
  const { state } = editor
  const editing = state.inlineEdit.get()
  if (!editing) return
  if (editing.newRecord) discardNewRecord(editor, editing.newRecord)
  state.inlineEdit.set(null)
  editor.unsavedTexts.removeDraft(draftField(editing))
  placeCursor(editor, editing.newRecord ? editing.newRecord.from : editing.cursor)
}

/** Commit, and continue in the same row of the next step. */
export function commitAndContinue(editor: Editor): void {
  const { cursor, type, newRecord } = editor.state.inlineEdit.get() ?? {}
  commitEdit(editor)
  if (!cursor || !editor.store.get(cursor.step)) return
  const next = moveCursor(editor, { ...cursor, item: null }, 1, 0)
  if (next.step === cursor.step) return
  editor.state.placeCursor(next)
  if (next.item) startEditing(editor, next.item)
  else if (isLane(editor, next.row) || next.row === 'notes')
    startNew(editor, next, '', type === 'note' ? newRecord?.ops[0]?.fields : {})
}

export function stageAtCursor({ outline }: Editor, cursor: Cursor | null): string | null {
  return outline.get().columns.find((column) => column.step === cursor?.step)?.stage ?? null
}
