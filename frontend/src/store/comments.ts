/** Comments by what they are about: threads, and how many are open. */
import type { Id, Item } from '../model/records'
import type { Store } from './store'

export interface Thread {
  readonly first: Item
  readonly replies: readonly Item[]
}

const NONE: readonly Thread[] = []

export class Comments {
  private known: Map<Id, Thread[]> | null = null

  constructor(private readonly store: Store) {
    store.subscribe('every:comment', () => (this.known = null))
  }

  subscribe = (watcher: () => void): (() => void) => this.store.subscribe('every:comment', watcher)

  /** The threads about a record, oldest first. */
  about(subject: Id): readonly Thread[] {
    this.known ??= this.read()
    return this.known.get(subject) ?? NONE
  }

  /** Every thread of the map whose subject is still there. */
  all(): readonly Thread[] {
    this.known ??= this.read()
    return [...this.known].flatMap(([subject, threads]) => (this.store.get(subject) ? threads : []))
  }

  /** How many threads are open, of the whole map. */
  openThreads(): number {
    return this.all().filter((thread) => thread.first.fields['resolved_at'] === null).length
  }

  /** How many comments stand in the open threads about a record. */
  countOf(subject: Id): number {
    const open = this.about(subject).filter((thread) => thread.first.fields['resolved_at'] === null)
    return open.reduce((sum, thread) => sum + 1 + thread.replies.length, 0)
  }

  private read(): Map<Id, Thread[]> {
    const items = this.store.ofType('comment').map((id) => this.store.get(id)).filter((item) => item !== undefined)
    items.sort((one, two) => (String(one.fields['made_at']) < String(two.fields['made_at']) ? -1 : 1))
    const found = new Map<Id, Thread[]>()
    for (const first of items.filter((item) => item.fields['thread'] === null)) {
      const subject = String(first.fields['subject_id'])
      const replies = items.filter((item) => item.fields['thread'] === first.id)
      found.set(subject, [...(found.get(subject) ?? []), { first, replies }])
    }
    return found
  }
}
