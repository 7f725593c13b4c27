/** Knows one's own words, so that one can be told when somebody else replaces them. */
import type { ChangeSet, Fields, Id } from '../model/records'
import { type Patch, idOf } from '../store/patches'

/** A text of mine that somebody else replaced a moment later. */
export interface Replaced {
  readonly id: Id
  readonly type: string
  readonly field: string
  readonly mine: string
  readonly theirs: string
  readonly by: Id | null
}

const FRESH = 30_000 // milliseconds in which a text of mine counts as just written
const TEXT_FIELDS = new Set(['title', 'notes', 'summary', 'quote', 'evidence', 'time_span', 'speaker_notes', 'emotion_label', 'unit', 'body'])

/** Whether a field holds what a person typed. */
export function isTyped(field: string, value: unknown): value is string {
  return TEXT_FIELDS.has(field) && typeof value === 'string' && value !== ''
}

export class Mine {
  private readonly written = new Map<string, { text: string; at: number }>()

  constructor(
    private readonly me: Id | null,
    private readonly tell: (what: Replaced) => void,
  ) {}

  isMine(set: ChangeSet): boolean {
    return set.actor.kind === 'member' && set.actor.id === this.me
  }

  wrote(patches: readonly Patch[]): void {
    for (const patch of patches) {
      const fields: Fields = patch.kind === 'add' ? patch.item.fields : patch.kind === 'set' ? patch.fields : {}
      for (const [field, text] of Object.entries(fields)) {
        if (isTyped(field, text)) this.written.set(`${idOf(patch)} ${field}`, { text, at: Date.now() })
      }
    }
  }

  seen(set: ChangeSet): void {
    if (this.isMine(set)) return
    for (const change of set.changes ?? []) {
      if (change.op !== 'set') continue
      for (const [field, theirs] of Object.entries(change.after)) this.compare(set, change, field, String(theirs))
    }
  }

  private compare(set: ChangeSet, change: { id: Id; type: string }, field: string, theirs: string): void {
    const key = `${change.id} ${field}`
    const mine = this.written.get(key)
    if (!mine) return
    this.written.delete(key)
    if (mine.text === theirs || Date.now() - mine.at > FRESH) return
    this.tell({ id: change.id, type: change.type, field, mine: mine.text, theirs, by: set.actor.id })
  }
}
