/** Editing a text where it stands: begin, finish, leave. */
import { uuid7 } from '../lib/ids'
import { storableLine } from '../lib/text'
import type { Fields, Item } from '../model/records'
import { lockOn, lockedWords } from '../store/locks'
import type { Intent } from '../store/plan'
import type { Cursor, Editing } from '../store/view'
import type { Editor } from './command'
import { setTyped } from './set_typed'
import { dropNew, makeNew, showNew } from './new_record'
import { cursorOf, isLane, stepped } from './walk'

/** Edit a record's title (or another of its texts), where it stands. */
export function begin(editor: Editor, id: string, field = 'title'): void {
  const item = editor.store.get(id)
  const at = editor.view.cursor.get() ?? cursorOf(editor, id)
  if (!item || !at || !editor.view.mayDraw || isBarred(editor, item)) return
  if (editor.view.editing.get()) {
    finish(editor)
    editor.view.go(at)
  }
  reveal(editor, at)
  const text = String(item.fields[field] ?? '')
  editor.view.editing.set({ id, type: item.type, field, draft: text, over: text, at })
}

/** Begin a new record in a cell of a lane or of pains and ideas: after the one at the cursor, or last. */
export function beginNew(editor: Editor, at: Cursor, draft = '', fields: Fields = {}): void {
  const isNote = at.row === 'notes'
  const place = { step: at.step, ...(isNote ? {} : { lane: at.row }), ...(at.item ? { after: at.item } : {}) }
  beginRecord(editor, [{ op: 'add', type: isNote ? 'note' : 'touchpoint', id: uuid7(), fields, place }], draft, at)
}

/** Show a new record and let its name be typed; nothing is made before there is one. Leaving goes back to `from`. */
export function beginRecord(editor: Editor, intents: readonly [Intent, ...Intent[]], draft = '', from = editor.view.cursor.get()): void {
  const { view } = editor
  const [{ id, type }] = intents
  if (!view.mayDraw) return
  finish(editor)
  const newRecord = showNew(editor, intents, from)
  const at = newRecord && cursorOf(editor, id)
  if (!at) return
  reveal(editor, at)
  view.cursor.set(at)
  view.select()
  view.editing.set({ id, type, field: 'title', draft: '', at, newRecord })
  takeDraft(editor, draft)
}

/** Take what was typed so far: it is kept as a draft until the text is finished or left. */
export function takeDraft(editor: Editor, draft: string): void {
  const editing = editor.view.editing.get()
  if (!editing) return
  const next = { ...editing, draft }
  editor.view.editing.set(next)
  if (isUntouched(next)) editor.kept.done(draftField(next))
  else editor.kept.type(draftField(next), draft, draftLabel(editor, next))
}

/** The field under which the draft of a text is kept. */
export function draftField({ id, field }: Editing): string {
  return `${id} ${field}`
}

function draftLabel({ store }: Editor, { id, type, newRecord }: Editing): string {
  return newRecord ? `New ${type === 'note' ? 'pain or idea' : type}` : `“${String(store.get(id)?.fields['title'] ?? '')}”`
}

/** Say that nothing is typed here while it is locked: better than to refuse what was typed. */
function isBarred({ store, prompts }: Editor, item: Item | undefined): boolean {
  const lock = lockOn(store, item)
  if (lock) prompts.toast(`Not allowed: ${lockedWords(store, lock)} Unlock it to change it.`, { kind: 'brk' })
  return lock !== undefined
}

/** A text is typed where one sees it: a row that is hidden or shut opens. */
function reveal({ view }: Editor, { row }: Cursor): void {
  for (const which of ['hidden', 'collapsed'] as const) if (view.rows.get()[which].includes(row)) view.toggleRow(which, row)
}

/** Whether nothing has been typed yet over a text that was there. */
export function isUntouched({ draft, over = '' }: Editing): boolean {
  return draft === over
}

/** Keep what was typed. A new record without a text is none; a title cannot be emptied. */
export function finish(editor: Editor): void {
  const editing = editor.view.editing.get()
  if (!editing) return
  const { id, at, newRecord } = editing
  const text = storableLine(editing.draft)
  if (newRecord && !text) return leave(editor)
  if (!newRecord) keep(editor, editing, text)
  const isMade = newRecord === undefined || makeNew(editor, newRecord, text)
  editor.view.editing.set(null)
  editor.kept.done(draftField(editing)) // not before the journal has the text
  goTo(editor, isMade ? { ...at, item: id } : newRecord.from)
}

function goTo({ view }: Editor, cursor: Cursor | null): void {
  if (cursor) return view.go(cursor)
  view.cursor.set(null)
  view.select()
}

function keep(editor: Editor, { id, field, over }: Editing, text: string): void {
  const item = editor.store.get(id)
  const before = item?.fields[field]
  if (!item || text === before) return
  if (!text && field === 'title') editor.prompts.announce('A title cannot be empty. It stays as it was.', true)
  else setTyped(editor, item, field, text, over, `Changed “${String(before || text)}”`)
}

/** Leave the text as it was; of a new record nothing is left. */
export function leave(editor: Editor): void {
  const { view } = editor
  const editing = view.editing.get()
  if (!editing) return
  if (editing.newRecord) dropNew(editor, editing.newRecord)
  view.editing.set(null)
  editor.kept.done(draftField(editing))
  goTo(editor, editing.newRecord ? editing.newRecord.from : editing.at)
}

/** Finish, and go on with the same row in the next step. */
export function finishAndNext(editor: Editor): void {
  const { at, type, newRecord } = editor.view.editing.get() ?? {}
  finish(editor)
  if (!at || !editor.store.get(at.step)) return
  const next = stepped(editor, { ...at, item: null }, 1, 0)
  if (next.step === at.step) return
  editor.view.go(next)
  if (next.item) begin(editor, next.item)
  else if (isLane(editor, next.row) || next.row === 'notes') beginNew(editor, next, '', type === 'note' ? newRecord?.intents[0]?.fields : {})
}

export function stageOf({ order }: Editor, cursor: Cursor | null): string | null {
  return order.get().columns.find((column) => column.step === cursor?.step)?.stage ?? null
}

