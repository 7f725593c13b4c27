/**
 * Saves typed values, and tells the user if someone else changed the value while they were typing. Neither value is
 * lost.
 */
import { gettext } from '../lib/i18n'
import type { Item } from '../model/records'
import type { Editor } from './command'

const MAX_QUOTE_LENGTH = 60 // characters

/**
 * Set a field to a value that was typed over `baseValue`. If someone else has changed the field since, say so and offer
 * their value. A value typed back to `baseValue` leaves theirs alone.
 */
export function saveTypedValue(
  { store, session, ui }: Editor,
  { type, id, fields }: Item,
  field: string,
  value: unknown,
  baseValue: unknown,
  label = gettext('Changed “{title}”', { title: String(fields['title'] ?? '') }),
): void {
  const theirs = store.get(id)?.fields[field]
  if (isSame(value, baseValue)) return
  const save = (to: unknown) => session.apply(label, [{ op: 'set', type, id, fields: { [field]: to } }])
  if (save(value) === null || isSame(theirs, baseValue) || isSame(theirs, value)) return
  const message = gettext('Someone else wrote “{text}” here while you were typing. Your text replaced it.', {
    text: excerpt(String(theirs ?? '')),
  })
  ui.toast(message, { label: gettext('Use theirs'), run: () => void save(theirs) })
}

function isSame(a: unknown, b: unknown): boolean {
  return (a ?? '') === (b ?? '')
}

function excerpt(text: string): string {
  return text.length > MAX_QUOTE_LENGTH ? `${text.slice(0, MAX_QUOTE_LENGTH - 1).trimEnd()}…` : text
}
