/** Editing a text where it stands: begin, finish, leave. */
import { uuid7 } from '../lib/ids'
import type { Fields, Item } from '../model/records'
import { lockOn, lockedWords } from '../store/locks'
import type { Cursor, Editing } from '../store/view'
import type { Editor } from './command'
import { cursorOf, isLane, stepped } from './walk'

/** Edit a record's title (or another of its texts), where it stands. */
export function begin(editor: Editor, id: string, field = 'title'): void {
  const item = editor.store.get(id)
  const at = editor.view.cursor.get() ?? cursorOf(editor, id)
  if (!item || !at || !editor.view.mayDraw || isBarred(editor, item)) return
  reveal(editor, at)
  editor.view.editing.set({ id, type: item.type, field, draft: String(item.fields[field] ?? ''), at })
}

/** Begin a new record in a cell; it is made when the text is finished. */
export function beginNew(editor: Editor, at: Cursor, draft = '', fields: Fields = {}): void {
  if (!editor.view.mayDraw) return
  const type = at.row === 'notes' ? 'note' : 'touchpoint'
  if (isBarred(editor, editor.store.get(at.step)) || isBarred(editor, editor.store.get(at.row))) return
  reveal(editor, at)
  editor.view.go({ ...at, item: null })
  editor.view.editing.set({ id: null, type, field: 'title', draft, at, fields })
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
export function isUntouched({ store }: Editor, { id, field, draft }: Editing): boolean {
  return id !== null && draft === String(store.get(id)?.fields[field] ?? '')
}

/** Keep what was typed. A new record without a text is none; a title cannot be emptied. */
export function finish(editor: Editor): void {
  const editing = editor.view.editing.get()
  if (!editing) return
  editor.view.editing.set(null)
  const text = editing.draft.trim()
  const id = editing.id === null ? make(editor, editing, text) : keep(editor, editing, editing.id, text)
  editor.view.go({ ...editing.at, item: id ?? editing.at.item })
}

function make(editor: Editor, { type, at, fields }: Editing, title: string): string | null {
  if (!title) return null
  const id = uuid7()
  const place = type === 'note' ? { step: at.step } : { step: at.step, lane: at.row }
  editor.session.do(`Added “${title}”`, [{ op: 'add', type, id, fields: { ...fields, title }, place: after(editor, at, place) }])
  return id
}

/** After the record at the cursor, or last in the cell. */
function after({ view }: Editor, at: Cursor, place: Record<string, string>): Record<string, string | null> {
  const item = at.item ?? view.cursor.get()?.item
  return item ? { ...place, after: item } : place
}

function keep(editor: Editor, { type, field }: Editing, id: string, text: string): string {
  const before = editor.store.get(id)?.fields[field]
  if (text === before) return id
  if (!text && field === 'title') editor.prompts.announce('A title cannot be empty. It stays as it was.', true)
  else editor.session.do(`Changed “${String(before || text)}”`, [{ op: 'set', type, id, fields: { [field]: text } }])
  return id
}

/** Leave the text as it was. */
export function leave({ view }: Editor): void {
  const editing = view.editing.get()
  view.editing.set(null)
  if (editing) view.go(editing.at)
}

/** Finish, and go on with the same row in the next step. */
export function finishAndNext(editor: Editor): void {
  const { at, fields } = editor.view.editing.get() ?? {}
  finish(editor)
  if (!at) return
  const next = stepped(editor, { ...at, item: null }, 1, 0)
  if (next.step === at.step) return
  editor.view.go(next)
  if (next.item) begin(editor, next.item)
  else if (isLane(editor, next.row) || next.row === 'notes') beginNew(editor, next, '', fields)
}

export function stageOf({ order }: Editor, cursor: Cursor | null): string | null {
  return order.get().columns.find((column) => column.step === cursor?.step)?.stage ?? null
}

