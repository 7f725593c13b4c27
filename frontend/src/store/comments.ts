/** Comments as threads by subject, with counts of the open ones. */
import type { Id, Item } from '../model/records'
import type { Store } from './store'

export interface Thread {
  readonly root: Item
  readonly replies: readonly Item[]
}

export function isOpen({ root }: Thread): boolean {
  return root.fields['resolved_at'] === null
}

const NONE: readonly Thread[] = []

export class Comments {
  private cache: Map<Id, Thread[]> | null = null

  constructor(private readonly store: Store) {
    store.subscribe('every:comment', () => (this.cache = null))
  }

  subscribe = (listener: () => void): (() => void) => this.store.subscribe('every:comment', listener)

  /** Return the threads about a record, oldest first. */
  threadsAbout(subject: Id): readonly Thread[] {
    this.cache ??= this.buildThreads()
    return this.cache.get(subject) ?? NONE
  }

  /** Return all threads on the map whose subject still exists. */
  allThreads(): readonly Thread[] {
    this.cache ??= this.buildThreads()
    return [...this.cache].flatMap(([subject, threads]) => (this.store.get(subject) ? threads : []))
  }

  /** Return the number of open threads on the map. */
  openThreadCount(): number {
    return this.allThreads().filter(isOpen).length
  }

  /** Return the number of comments in the open threads about a record. */
  openCommentCount(subject: Id): number {
    const open = this.threadsAbout(subject).filter(isOpen)
    return open.reduce((sum, thread) => sum + 1 + thread.replies.length, 0)
  }

  private buildThreads(): Map<Id, Thread[]> {
    const items = this.store
      .ofType('comment')
      .map((id) => this.store.get(id))
      .filter((item) => item !== undefined)
    items.sort((a, b) => (String(a.fields['made_at']) < String(b.fields['made_at']) ? -1 : 1))
    const threads = new Map<Id, Thread[]>()
    for (const root of items.filter((item) => item.fields['thread'] === null)) {
      const subject = String(root.fields['subject_id'])
      const replies = items.filter((item) => item.fields['thread'] === root.id)
      threads.set(subject, [...(threads.get(subject) ?? []), { root, replies }])
    }
    return threads
  }
}
