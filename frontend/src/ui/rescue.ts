/** A record deleted by somebody else while one types in it: the text is kept, and can come back. */
import type { Editor } from '../commands/command'
import { toast } from '../lib/toasts'
import type { Item } from '../model/records'
import { WITHIN } from '../model/records'

export function watchRescue(editor: Editor): () => void {
  const { store, view } = editor
  let end: (() => void) | null = null
  const watch = () => {
    end?.()
    end = null
    const { id, newRecord } = view.editing.get() ?? {}
    let last = store.get(id)
    if (!id || !last || newRecord) return
    end = store.subscribe(id, () => {
      const now = store.get(id)
      if (now) last = now
      else if (last) lose(editor, last)
    })
  }
  const stop = view.editing.subscribe(watch)
  return () => {
    stop()
    end?.()
  }
}

function lose(editor: Editor, item: Item): void {
  const editing = editor.view.editing.get()
  if (!editing) return
  editor.view.editing.set(null)
  const text = editing.draft
  toast(`Somebody deleted “${String(item.fields['title'])}” while you were typing.`, {
    label: 'Restore with my text',
    run: () => bringBack(editor, item, { ...item.fields, [editing.field]: text }),
  })
}

/** Add it again under its own id, where it stood; what it stood in may be gone too: then say so. */
function bringBack(editor: Editor, item: Item, fields: Item['fields']): void {
  const within = WITHIN[item.type] ?? []
  const place = Object.fromEntries(within.map((name) => [name, String(item.fields[name])]))
  if (!within.every((name) => editor.store.get(place[name]))) {
    return editor.prompts.toast('What it stood in is gone too. Undo of the other person, or history, brings it back.')
  }
  const kept = Object.entries(fields).filter(([name]) => name in PLAIN && !within.includes(name))
  editor.session.do(`Restored “${String(fields['title'])}”`, [{ op: 'add', type: item.type, id: item.id, fields: Object.fromEntries(kept), place }])
}

/** What may be sent with an addition; the rest is the server's. */
const PLAIN: Readonly<Record<string, true>> = {
  title: true, notes: true, channel: true, emotion: true, emotion_label: true, intensity: true, kano: true, is_moment_of_truth: true,
  evidence: true, quote: true, time_span: true, summary: true, kind: true, unit: true, value: true, target: true, better: true, trend: true, status: true, made_in: true, tested_in: true,
}
