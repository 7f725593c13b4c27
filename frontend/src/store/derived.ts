/** Something worked out of many records, kept until one of them changes, and shared by all readers. */
import type { Store } from './store'

export class Derived<T> {
  private value: { readonly is: T } | null = null

  constructor(
    private readonly store: Store,
    private readonly topics: readonly string[],
    private readonly workOut: () => T,
  ) {
    // First of all watchers, so that nobody who hears of the change reads what was true before it.
    for (const topic of topics) store.subscribe(topic, () => (this.value = null))
  }

  get = (): T => (this.value ??= { is: this.workOut() }).is

  subscribe = (watcher: () => void): (() => void) => {
    const ends = this.topics.map((topic) => this.store.subscribe(topic, watcher))
    return () => ends.forEach((end) => end())
  }
}
