import { useEffect, useLayoutEffect, useRef } from 'react'
import { isUntouched } from '../commands/edit_text'
import { dropCaret } from '../lib/caret'
import { useEditor, useSignal } from './hooks'

const NEW: Readonly<Record<string, string>> = { touchpoint: 'New touchpoint', note: 'New pain or idea', promise: 'New promise', measure: 'New measure', step: 'New step', stage: 'New stage' }

/** The text under the hand. What it does with keys is commands/edit_text.ts. */
export function InlineText({ label }: { label: string }) {
  const editor = useEditor()
  const { view } = editor
  const editing = useSignal(view.editing)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    box.current?.focus()
    // A text that is there is typed over; one that began with a key goes on after it.
    const now = view.editing.get()
    if (now && isUntouched(editor, now)) box.current?.select()
    else box.current?.setSelectionRange(now?.draft.length ?? 0, now?.draft.length ?? 0)
  }, [editor, view])
  useLayoutEffect(() => dropCaret, [])
  if (!editing) return null
  const name = editing.newRecord ? (NEW[editing.type] ?? label) : label
  return (
    <textarea
      ref={box}
      className="inline-text"
      dir="auto"
      aria-label={name}
      placeholder={editing.newRecord && `${name}…`}
      rows={2}
      maxLength={500}
      value={editing.draft}
      data-editing
      onChange={(event) => view.editing.set({ ...editing, draft: event.target.value.replace(/[\t\n]/g, ' ') })}
    />
  )
}
