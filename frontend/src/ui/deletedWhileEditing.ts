/** Handles a record that someone else deletes while its text is being edited: the text is kept and can be restored. */
import type { Editor } from '../commands/command'
import { draftField } from '../commands/inlineEdit'
import { discardNewRecord } from '../commands/newRecord'
import { gettext } from '../lib/i18n'
import { storableLine } from '../lib/text'
import type { Id, Item } from '../model/records'
import { CELL_FIELDS, OP_FIELDS } from '../model/records'
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

/** Return the records whose removal ends the edit: the edited one, or the parents of a new record. */
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

/** End the edit. The draft remains among the unsaved texts. */
function endEditing(editor: Editor, item: Item): void {
  const { state, ui, unsavedTexts } = editor
  const editing = state.inlineEdit.get()
  if (!editing) return
  if (editing.newRecord) discardNewRecord(editor, editing.newRecord)
  state.inlineEdit.set(null)
  const message = gettext('Someone removed “{title}” while you were typing. Your text was kept.', {
    title: String(item.fields['title'] ?? ''),
  })
  if (editing.newRecord) return ui.toast(message, { label: gettext('Show'), run: () => ui.open('kept') })
  ui.toast(message, {
    label: gettext('Restore with my text'),
    run: () => {
      if (restoreRecord(editor, item, { ...item.fields, [editing.field]: storableLine(editing.draft) }))
        unsavedTexts.removeDraft(draftField(editing))
    },
  })
}

/**
 * Add the record again with its id and position.
 *
 * If its step or lane is also deleted, tell the user and return false.
 */
function restoreRecord(editor: Editor, item: Item, fields: Item['fields']): boolean {
  const cellFields = CELL_FIELDS[item.type] ?? []
  const place = Object.fromEntries(cellFields.map((name) => [name, String(item.fields[name])]))
  if (!cellFields.every((name) => editor.store.get(place[name]))) {
    editor.ui.toast(
      gettext(
        'The step or lane was removed too. Ask the person who removed it to undo that, or restore an earlier version from the history.',
      ),
    )
    return false
  }
  const addable = Object.entries(fields).filter(([name]) => OP_FIELDS[item.type]?.includes(name))
  return (
    editor.session.apply(gettext('Restored “{title}”', { title: String(fields['title']) }), [
      { op: 'add', type: item.type, id: item.id, fields: Object.fromEntries(addable), place },
    ]) !== null
  )
}
