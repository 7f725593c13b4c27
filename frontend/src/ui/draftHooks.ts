/** Hooks for text fields. Typed text is a draft until it is saved or canceled. */
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useEditor } from '../map/hooks'

export interface CommittedText {
  readonly text: string | null // null while nothing is typed
  onType(text: string): void
  commit(): void
  cancel(): void
}

/**
 * A text that is committed whenever its field is left: by losing the focus, by unmounting, or with the page. `save`
 * receives the value that the text was typed over. If it returns false, the text could not be parsed and stays a draft.
 */
export function useCommittedText<Value>(
  field: string,
  label: string,
  current: Value,
  save: (text: string, baseValue: Value) => unknown,
): CommittedText {
  const { unsavedTexts } = useEditor()
  const [text, setText] = useState<string | null>(null)
  const latest = useRef<string | null>(null) // the same value, updated synchronously
  const over = useRef(current)
  const setBoth = (next: string | null) => setText((latest.current = next))
  const commit = () => {
    const now = latest.current
    if (now === null) return
    if (save(now, over.current) === false) return
    setBoth(null)
    unsavedTexts.removeDraft(field) // only now, because the journal has the text
  }
  const commitOnLeave = useEffectEvent(commit)
  useEffect(() => {
    const onPageHide = () => commitOnLeave()
    window.addEventListener('pagehide', onPageHide)
    return () => {
      window.removeEventListener('pagehide', onPageHide)
      commitOnLeave()
    }
  }, [])
  const isTyped = text !== null
  useEffect(() => (isTyped ? unsavedTexts.registerField(field) : undefined), [unsavedTexts, field, isTyped])
  return {
    text,
    onType: (next) => {
      if (latest.current === null) over.current = current
      setBoth(next)
      unsavedTexts.saveDraft(field, next, label)
    },
    commit,
    cancel: () => {
      setBoth(null)
      unsavedTexts.removeDraft(field)
    },
  }
}

/** A text that is submitted with a button. It starts with the draft left by an earlier page or panel. */
export function useDraftText(field: string, label: string): [text: string, type: (text: string) => void] {
  const { unsavedTexts } = useEditor()
  const [text, setText] = useState(() => unsavedTexts.getDraft(field) ?? '')
  useEffect(() => unsavedTexts.registerField(field), [unsavedTexts, field])
  const onType = (next: string) => {
    setText(next)
    unsavedTexts.saveDraft(field, next, label)
  }
  return [text, onType]
}
