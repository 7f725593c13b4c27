/**
 * New records of every type: shown where they will stand while they are named, and made only when
 * their name is finished. Until then they are a pending gesture of this page alone.
 */
import { uuid7 } from '../lib/ids'
import { lockAgainst, lockedWords } from '../store/locks'
import { type Intent, plan } from '../store/plan'
import type { Cursor, NewRecord } from '../store/view'
import type { Editor } from './command'

/** Show what `intents` add, the first of them being the record to name; null, with a word why, where a lock forbids it. */
export function showNew({ store, journey, prompts }: Editor, intents: readonly Intent[], from: Cursor | null): NewRecord | null {
  const patches = plan(store, journey, intents)
  const lock = lockAgainst(store, patches)
  if (lock) {
    prompts.toast(`Not allowed: ${lockedWords(store, lock)} Unlock it to change it.`, { kind: 'brk' })
    return null
  }
  const gesture = uuid7()
  store.show({ gesture, patches })
  return { gesture, intents, from }
}

/** Make it with its name, in one gesture; false where a lock came in between. */
export function makeNew({ store, session }: Editor, { gesture, intents }: NewRecord, title: string): boolean {
  store.drop(gesture)
  const named = intents.map((intent, at) => (at === 0 ? { ...intent, fields: { ...intent.fields, title } } : intent))
  return session.do(`Added “${title}”`, named) !== null
}

export function dropNew({ store }: Editor, { gesture }: NewRecord): void {
  store.drop(gesture)
}
