import { useEffect, useLayoutEffect, useRef } from 'react'
import { dropCaret } from '../lib/caret'
import { useEditor, useSignal } from './hooks'

/** The text under the hand. What it does with keys is commands/edit_text.ts. */
export function InlineText({ label }: { label: string }) {
  const { view } = useEditor()
  const editing = useSignal(view.editing)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    box.current?.focus()
    // A text that is there is typed over; one that began with a key goes on after it.
    const { id, draft = '' } = view.editing.get() ?? {}
    if (id === null) box.current?.setSelectionRange(draft.length, draft.length)
    else box.current?.select()
  }, [view])
  useLayoutEffect(() => dropCaret, [])
  if (!editing) return null
  return (
    <textarea
      ref={box}
      className="inline-text"
      aria-label={label}
      rows={2}
      maxLength={500}
      value={editing.draft}
      data-editing
      onChange={(event) => view.editing.set({ ...editing, draft: event.target.value.replace(/\n/g, ' ') })}
    />
  )
}
