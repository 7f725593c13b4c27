/** What somebody typed over a value that somebody else changed meanwhile: both hear of it, and none is lost. */
import type { Item } from '../model/records'
import type { Editor } from './command'

const LONGEST_QUOTE = 60 // characters

/**
 * Set a field to what was typed over the value `over`. Where somebody else's value is there by now, say so, and
 * offer it; a value that was typed back to `over` leaves theirs alone.
 */
export function setTyped({ store, session, prompts }: Editor, { type, id, fields }: Item, field: string, value: unknown, over: unknown, label = `Changed “${String(fields['title'] ?? '')}”`): void {
  const theirs = store.get(id)?.fields[field]
  if (isSame(value, over)) return
  const set = (to: unknown) => session.do(label, [{ op: 'set', type, id, fields: { [field]: to } }])
  if (set(value) === null || isSame(theirs, over) || isSame(theirs, value)) return
  prompts.toast(`Somebody else wrote “${excerpt(String(theirs ?? ''))}” here while you were typing. Yours has replaced it.`, {
    label: 'Use theirs',
    run: () => void set(theirs),
  })
}

function isSame(one: unknown, other: unknown): boolean {
  return (one ?? '') === (other ?? '')
}

function excerpt(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1).trimEnd()}…` : text
}
