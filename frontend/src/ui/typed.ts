/** Hooks for fields that are typed in: what stands in one is a draft until it is saved or cancelled. */
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useEditor } from '../map/hooks'

export interface CommittedText {
  readonly text: string | null // null while nothing is typed
  type(text: string): void
  commit(): void
  cancel(): void
}

/**
 * A text that is committed when it is left, however that happens: by focus, with its field, or with the page.
 * `save` is told over which value it was typed; where it returns false the text could not be read: it stays a draft.
 */
export function useCommittedText<Value>(field: string, label: string, current: Value, save: (text: string, over: Value) => unknown): CommittedText {
  const { kept } = useEditor()
  const [text, setText] = useState<string | null>(null)
  const typed = useRef<string | null>(null) // the same, at once
  const over = useRef(current)
  const put = (next: string | null) => setText((typed.current = next))
  const commit = () => {
    const now = typed.current
    if (now === null) return
    if (save(now, over.current) === false) return
    put(null)
    kept.done(field) // not before the journal has the text
  }
  const leave = useEffectEvent(commit)
  useEffect(() => {
    const hide = () => leave()
    window.addEventListener('pagehide', hide)
    return () => {
      window.removeEventListener('pagehide', hide)
      leave()
    }
  }, [])
  const isTyped = text !== null
  useEffect(() => (isTyped ? kept.show(field) : undefined), [kept, field, isTyped])
  return {
    text,
    type: (next) => {
      if (typed.current === null) over.current = current
      put(next)
      kept.type(field, next, label)
    },
    commit,
    cancel: () => {
      put(null)
      kept.done(field)
    },
  }
}

/** A text that is sent by a button: what an earlier page or panel left of it stands there again. */
export function useDraftText(field: string, label: string): [text: string, type: (text: string) => void] {
  const { kept } = useEditor()
  const [text, setText] = useState(() => kept.read(field) ?? '')
  useEffect(() => kept.show(field), [kept, field])
  const type = (next: string) => {
    setText(next)
    kept.type(field, next, label)
  }
  return [text, type]
}
