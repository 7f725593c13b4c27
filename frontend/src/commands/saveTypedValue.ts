/** What somebody typed over a value that somebody else changed meanwhile: both hear of it, and none is lost. */
import type { Item } from '../model/records'
import type { Editor } from './command'

const MAX_QUOTE_LENGTH = 60 // characters

/**
 * Set a field to what was typed over the value `over`. Where somebody else's value is there by now, say so, and
 * offer it; a value that was typed back to `over` leaves theirs alone.
 */
export function saveTypedValue(
  { store, session, ui }: Editor,
  { type, id, fields }: Item,
  field: string,
  value: unknown,
  baseValue: unknown,
  label = `Changed “${String(fields['title'] ?? '')}”`,
): void {
  const theirs = store.get(id)?.fields[field]
  if (isSame(value, baseValue)) return
  const save = (to: unknown) => session.apply(label, [{ op: 'set', type, id, fields: { [field]: to } }])
  if (save(value) === null || isSame(theirs, baseValue) || isSame(theirs, value)) return
  ui.toast(
    `Somebody else wrote “${excerpt(String(theirs ?? ''))}” here while you were typing. Yours has replaced it.`,
    {
      label: 'Use theirs',
      run: () => void save(theirs),
    },
  )
}

function isSame(one: unknown, other: unknown): boolean {
  return (one ?? '') === (other ?? '')
}

function excerpt(text: string): string {
  return text.length > MAX_QUOTE_LENGTH ? `${text.slice(0, MAX_QUOTE_LENGTH - 1).trimEnd()}…` : text
}
