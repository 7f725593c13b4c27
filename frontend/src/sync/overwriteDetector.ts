/** Detects when someone else overwrites a text that the user has just written. */
import type { ChangeSet, Fields, Id } from '../model/records'
import { type Patch, patchedId } from '../store/patches'

/** A text of the user that someone else replaced shortly afterwards. */
export interface OverwrittenText {
  readonly id: Id
  readonly type: string
  readonly field: string
  readonly mine: string
  readonly theirs: string
  readonly by: Id | null
}

const OVERWRITE_WINDOW_MS = 30_000 // how long a text counts as just written
const TEXT_FIELDS = new Set([
  'title',
  'notes',
  'summary',
  'quote',
  'evidence',
  'time_span',
  'speaker_notes',
  'emotion_label',
  'unit',
  'body',
])

/** Return whether a field holds text that a person typed. */
export function isTypedText(field: string, value: unknown): value is string {
  return TEXT_FIELDS.has(field) && typeof value === 'string' && value !== ''
}

export class OverwriteDetector {
  private readonly recentTexts = new Map<string, { text: string; at: number }>()

  constructor(
    private readonly me: Id | null,
    private readonly onOverwrite: (what: OverwrittenText) => void,
  ) {}

  isOwn(set: ChangeSet): boolean {
    return set.actor.kind === 'member' && set.actor.id === this.me
  }

  noteLocal(patches: readonly Patch[]): void {
    for (const patch of patches) {
      const fields: Fields = patch.kind === 'add' ? patch.item.fields : patch.kind === 'set' ? patch.fields : {}
      for (const [field, text] of Object.entries(fields)) {
        if (isTypedText(field, text)) this.recentTexts.set(`${patchedId(patch)} ${field}`, { text, at: Date.now() })
      }
    }
  }

  check(set: ChangeSet): void {
    if (this.isOwn(set)) return
    for (const change of set.changes ?? []) {
      if (change.op !== 'set') continue
      for (const [field, theirs] of Object.entries(change.after)) this.compare(set, change, field, String(theirs))
    }
  }

  private compare(set: ChangeSet, change: { id: Id; type: string }, field: string, theirs: string): void {
    const key = `${change.id} ${field}`
    const mine = this.recentTexts.get(key)
    if (!mine) return
    this.recentTexts.delete(key)
    if (mine.text === theirs || Date.now() - mine.at > OVERWRITE_WINDOW_MS) return
    this.onOverwrite({ id: change.id, type: change.type, field, mine: mine.text, theirs, by: set.actor.id })
  }
}
