/** A record deleted by somebody else while one types in it: the text is kept, and can come back. */
import type { Editor } from '../commands/command'
import { draftField } from '../commands/inlineEdit'
import { discardNewRecord } from '../commands/newRecord'
import { storableLine } from '../lib/text'
import type { Id, Item } from '../model/records'
import { CELL_FIELDS } from '../model/records'
import type { InlineEdit } from '../store/editorState'

export function watchDeletedWhileEditing(editor: Editor): () => void {
  const { state } = editor
  let cleanups: (() => void)[] = []
  const endAll = () => cleanups.splice(0).forEach((cleanup) => cleanup())
  const watch = () => {
    endAll()
    const editing = state.inlineEdit.get()
    if (editing) cleanups = watchedIds(editing).map((id) => watchRemoval(editor, id))
  }
  const stop = state.inlineEdit.subscribe(watch)
  return () => {
    stop()
    endAll()
  }
}

/** The record that is typed in; one that is not made yet goes with what it would stand in. */
function watchedIds({ id, newRecord }: InlineEdit): Id[] {
  return newRecord ? Object.values(newRecord.ops[0]?.place ?? {}).filter((place) => place !== null) : [id]
}

function watchRemoval(editor: Editor, id: Id): () => void {
  let last = editor.store.get(id)
  return editor.store.subscribe(id, () => {
    const now = editor.store.get(id)
    if (!now && last) endEditing(editor, last)
    last = now
  })
}

/** End the editing; the draft stays, and can be copied from the kept texts. */
function endEditing(editor: Editor, item: Item): void {
  const { state, ui, unsavedTexts } = editor
  const editing = state.inlineEdit.get()
  if (!editing) return
  if (editing.newRecord) discardNewRecord(editor, editing.newRecord)
  state.inlineEdit.set(null)
  const message = `Somebody deleted “${String(item.fields['title'] ?? '')}” while you were typing. Your text is kept.`
  if (editing.newRecord) return ui.toast(message, { label: 'Show', run: () => ui.open('kept') })
  ui.toast(message, {
    label: 'Restore with my text',
    run: () => {
      if (restoreRecord(editor, item, { ...item.fields, [editing.field]: storableLine(editing.draft) }))
        unsavedTexts.removeDraft(draftField(editing))
    },
  })
}

/** Add it again under its own id, where it stood; what it stood in may be gone too: then say so. */
function restoreRecord(editor: Editor, item: Item, fields: Item['fields']): boolean {
  const cellFields = CELL_FIELDS[item.type] ?? []
  const place = Object.fromEntries(cellFields.map((name) => [name, String(item.fields[name])]))
  if (!cellFields.every((name) => editor.store.get(place[name]))) {
    editor.ui.toast('What it stood in is gone too. Undo of the other person, or history, brings it back.')
    return false
  }
  const addable = Object.entries(fields).filter(([name]) => name in ADDABLE_FIELDS && !cellFields.includes(name))
  return (
    editor.session.apply(`Restored “${String(fields['title'])}”`, [
      { op: 'add', type: item.type, id: item.id, fields: Object.fromEntries(addable), place },
    ]) !== null
  )
}

/** What may be sent with an addition; the rest is the server's. */
const ADDABLE_FIELDS: Readonly<Record<string, true>> = {
  title: true,
  notes: true,
  channel: true,
  emotion: true,
  emotion_label: true,
  intensity: true,
  kano: true,
  is_moment_of_truth: true,
  evidence: true,
  quote: true,
  time_span: true,
  summary: true,
  kind: true,
  unit: true,
  value: true,
  target: true,
  better: true,
  trend: true,
  status: true,
  made_in: true,
  tested_in: true,
}
