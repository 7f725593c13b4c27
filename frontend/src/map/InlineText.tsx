import { useEffect, useLayoutEffect, useRef } from 'react'
import { draftField, commitEdit, isUnchanged, updateDraft } from '../commands/inlineEdit'
import { clearSelection } from '../lib/clearSelection'
import { gettext } from '../lib/i18n'
import { useEditor, useSignal } from './hooks'

const NEW_RECORD_LABELS: Readonly<Record<string, string>> = {
  touchpoint: gettext('New touchpoint'),
  note: gettext('New pain or idea'),
  promise: gettext('New promise'),
  measure: gettext('New measure'),
  step: gettext('New step'),
  stage: gettext('New stage'),
}

/** The input of an inline edit. Its key handling is in ui/keyboard.ts. */
export function InlineText({ label }: { label: string }) {
  const editor = useEditor()
  const { state } = editor
  const editing = useSignal(state.inlineEdit)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    box.current?.focus()
    box.current?.closest('[data-item]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    // Existing text is selected so that typing replaces it. Text that began with a key press is continued.
    const now = state.inlineEdit.get()
    if (now && isUnchanged(now)) box.current?.select()
    else box.current?.setSelectionRange(now?.draft.length ?? 0, now?.draft.length ?? 0)
  }, [editor, state])
  useLayoutEffect(() => clearSelection, [])
  const field = editing && draftField(editing)
  useEffect(() => (field === null ? undefined : editor.unsavedTexts.registerField(field)), [editor, field])
  if (!editing) return null
  // Focus moving elsewhere on this page commits the text, as Enter does. Switching windows does not.
  const commitOnBlur = () => document.activeElement !== box.current && commitEdit(editor)
  const name = editing.newRecord ? (NEW_RECORD_LABELS[editing.type] ?? label) : label
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
      onChange={(event) => updateDraft(editor, event.target.value.replace(/[\t\n]/g, ' '))}
      onBlur={commitOnBlur}
    />
  )
}
