import { useEffect, useLayoutEffect, useRef } from 'react'
import { draftField, finish, isUntouched, takeDraft } from '../commands/edit_text'
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
    box.current?.closest('[data-item]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    // A text that is there is typed over; one that began with a key goes on after it.
    const now = view.editing.get()
    if (now && isUntouched(now)) box.current?.select()
    else box.current?.setSelectionRange(now?.draft.length ?? 0, now?.draft.length ?? 0)
  }, [editor, view])
  useLayoutEffect(() => dropCaret, [])
  const field = editing && draftField(editing)
  useEffect(() => (field === null ? undefined : editor.kept.show(field)), [editor, field])
  if (!editing) return null
  // Whatever takes the focus on this page finishes the text, as Enter does; another window does not.
  const leaveText = () => document.activeElement !== box.current && finish(editor)
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
      onChange={(event) => takeDraft(editor, event.target.value.replace(/[\t\n]/g, ' '))}
      onBlur={leaveText}
    />
  )
}
