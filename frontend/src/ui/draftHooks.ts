/** Hooks for fields that are typed in: what stands in one is a draft until it is saved or cancelled. */
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useEditor } from '../map/hooks'

export interface CommittedText {
  readonly text: string | null // null while nothing is typed
  onType(text: string): void
  commit(): void
  cancel(): void
}

/**
 * A text that is committed when it is left, however that happens: by focus, with its field, or with the page.
 * `save` is told over which value it was typed; where it returns false the text could not be read: it stays a draft.
 */
export function useCommittedText<Value>(
  field: string,
  label: string,
  current: Value,
  save: (text: string, baseValue: Value) => unknown,
): CommittedText {
  const { unsavedTexts } = useEditor()
  const [text, setText] = useState<string | null>(null)
  const latest = useRef<string | null>(null) // the same, at once
  const over = useRef(current)
  const setBoth = (next: string | null) => setText((latest.current = next))
  const commit = () => {
    const now = latest.current
    if (now === null) return
    if (save(now, over.current) === false) return
    setBoth(null)
    unsavedTexts.removeDraft(field) // not before the journal has the text
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

/** A text that is sent by a button: what an earlier page or panel left of it stands there again. */
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
