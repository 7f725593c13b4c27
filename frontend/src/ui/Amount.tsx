import { useId, useState } from 'react'
import { keyOf } from '../lib/keys'
import { readNumber, writeNumber } from '../lib/numbers'

/** A number in a text field, as the browser's locale writes it. What cannot be read stays, with the reason below. */
export function Amount({ label, value, readOnly, onKeep }: { label: string; value: number | null; readOnly: boolean; onKeep: (value: number | null) => void }) {
  const id = useId()
  const [draft, setDraft] = useState<string | null>(null)
  const [problem, setProblem] = useState('')
  const shown = value === null ? '' : writeNumber(value)
  const keep = () => {
    if (draft === null) return
    const read = draft === shown ? { value } : readNumber(draft)
    if ('problem' in read) return setProblem(read.message)
    if (read.value !== value) onKeep(read.value)
    setDraft(null)
    setProblem('')
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
        value={draft ?? shown}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => keyOf(event) === 'Enter' && keep()}
      />
      {problem && <p className="field-error" id={`${id}-problem`} role="alert">{problem}</p>}
    </div>
  )
}
