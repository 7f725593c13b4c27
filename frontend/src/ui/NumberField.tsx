import { type KeyboardEvent, useId, useState } from 'react'
import { keyName } from '../lib/keys'
import { readNumber, writeNumber } from '../lib/numbers'
import { useCommittedText } from './draftHooks'

interface NumberFieldProps {
  readonly field: string // unique in the journey: the key of the draft
  readonly label: string
  readonly value: number | null
  readonly readOnly: boolean
  readonly onKeep: (value: number | null, over: number | null) => void
}

/** A text field for a number in the reader's locale. Text that cannot be parsed stays, with the reason below it. */
export function NumberField({ field, label, value, readOnly, onKeep }: NumberFieldProps) {
  const id = useId()
  const [problem, setProblem] = useState('')
  const shown = value === null ? '' : writeNumber(value)
  const draft = useCommittedText(field, label, value, (typed, over) => {
    const read = typed === shown ? { value } : readNumber(typed)
    setProblem('problem' in read ? read.message : '')
    if ('problem' in read) return false
    if (read.value !== value) onKeep(read.value, over)
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyName(event)
    if (key === 'Enter') draft.commit()
    else if (key === 'Escape') {
      draft.cancel()
      setProblem('')
    }
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        inputMode="decimal"
        autoComplete="off"
        readOnly={readOnly}
        aria-invalid={problem !== ''}
        aria-describedby={problem ? `${id}-problem` : undefined}
        value={draft.text ?? shown}
        onChange={(event) => draft.onType(event.target.value)}
        onBlur={draft.commit}
        onKeyDown={onKeyDown}
      />
      {problem && (
        <p className="field-error" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
