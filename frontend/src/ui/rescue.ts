/** A record deleted by somebody else while one types in it: the text is kept, and can come back. */
import type { Editor } from '../commands/command'
import { draftField } from '../commands/edit_text'
import { dropNew } from '../commands/new_record'
import { storableLine } from '../lib/text'
import type { Id, Item } from '../model/records'
import { WITHIN } from '../model/records'
import type { Editing } from '../store/view'

export function watchRescue(editor: Editor): () => void {
  const { view } = editor
  let ends: (() => void)[] = []
  const endAll = () => ends.splice(0).forEach((end) => end())
  const watch = () => {
    endAll()
    const editing = view.editing.get()
    if (editing) ends = watched(editing).map((id) => watchRemoval(editor, id))
  }
  const stop = view.editing.subscribe(watch)
  return () => {
    stop()
    endAll()
  }
}

/** The record that is typed in; one that is not made yet goes with what it would stand in. */
function watched({ id, newRecord }: Editing): Id[] {
  return newRecord ? Object.values(newRecord.intents[0]?.place ?? {}).filter((place) => place !== null) : [id]
}

function watchRemoval(editor: Editor, id: Id): () => void {
  let last = editor.store.get(id)
  return editor.store.subscribe(id, () => {
    const now = editor.store.get(id)
    if (!now && last) lose(editor, last)
    last = now
  })
}

/** End the editing; the draft stays, and can be copied from the kept texts. */
function lose(editor: Editor, item: Item): void {
  const { view, prompts, kept } = editor
  const editing = view.editing.get()
  if (!editing) return
  if (editing.newRecord) dropNew(editor, editing.newRecord)
  view.editing.set(null)
  const words = `Somebody deleted “${String(item.fields['title'] ?? '')}” while you were typing. Your text is kept.`
  if (editing.newRecord) return prompts.toast(words, { label: 'Show', run: () => prompts.open('kept') })
  prompts.toast(words, {
    label: 'Restore with my text',
    run: () => {
      if (bringBack(editor, item, { ...item.fields, [editing.field]: storableLine(editing.draft) })) kept.done(draftField(editing))
    },
  })
}

/** Add it again under its own id, where it stood; what it stood in may be gone too: then say so. */
function bringBack(editor: Editor, item: Item, fields: Item['fields']): boolean {
  const within = WITHIN[item.type] ?? []
  const place = Object.fromEntries(within.map((name) => [name, String(item.fields[name])]))
  if (!within.every((name) => editor.store.get(place[name]))) {
    editor.prompts.toast('What it stood in is gone too. Undo of the other person, or history, brings it back.')
    return false
  }
  const kept = Object.entries(fields).filter(([name]) => name in PLAIN && !within.includes(name))
  return editor.session.do(`Restored “${String(fields['title'])}”`, [{ op: 'add', type: item.type, id: item.id, fields: Object.fromEntries(kept), place }]) !== null
}

/** What may be sent with an addition; the rest is the server's. */
const PLAIN: Readonly<Record<string, true>> = {
  title: true, notes: true, channel: true, emotion: true, emotion_label: true, intensity: true, kano: true, is_moment_of_truth: true,
  evidence: true, quote: true, time_span: true, summary: true, kind: true, unit: true, value: true, target: true, better: true, trend: true, status: true, made_in: true, tested_in: true,
}
