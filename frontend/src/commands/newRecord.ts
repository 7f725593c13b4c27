/**
 * New records of every type. They are shown in place while they are being named, and created once their name is
 * committed. Until then they are a pending gesture of this page alone.
 */
import { gettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import type { Item } from '../model/records'
import { findBlockingLock, lockName } from '../store/locks'
import { type OpDraft, planPatches } from '../store/planPatches'
import type { Cursor, NewRecord } from '../store/editorState'
import type { Editor } from './command'

/**
 * Show the records that `ops` add; the user then names the first. Return null, with a message, if a lock forbids it.
 */
export function showNewRecord(editor: Editor, ops: readonly OpDraft[], from: Cursor | null): NewRecord | null {
  const { store, journey } = editor
  const patches = planPatches(store, journey, ops)
  const lock = findBlockingLock(store, patches)
  if (lock) {
    showLocked(editor, lock)
    return null
  }
  const gesture = uuid7()
  store.show({ gesture, patches })
  return { gesture, ops, from }
}

/** Tell the user which lock forbids a change. */
export function showLocked({ store, ui }: Editor, lock: Item): void {
  const name = lockName(store, lock)
  ui.toast(gettext('Not allowed: {name} is locked. Unlock it to change it.', { name }), { kind: 'brk' })
}

/** Create the record with its name, in one gesture. Return false if it has been locked in the meantime. */
export function createNewRecord({ store, session }: Editor, { gesture, ops }: NewRecord, title: string): boolean {
  store.discard(gesture)
  const named = ops.map((op, at) => (at === 0 ? { ...op, fields: { ...op.fields, title } } : op))
  return session.apply(gettext('Added “{title}”', { title }), named) !== null
}

export function discardNewRecord({ store }: Editor, { gesture }: NewRecord): void {
  store.discard(gesture)
}
