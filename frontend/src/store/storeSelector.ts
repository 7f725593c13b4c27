/** A value derived from many records, cached until one of them changes and shared by all readers. */
import type { Store } from './store'

export class StoreSelector<T> {
  private cached: { readonly is: T } | null = null

  constructor(
    private readonly store: Store,
    private readonly topics: readonly string[],
    private readonly compute: () => T,
  ) {
    // Subscribed before all other listeners, so that none of them reads the outdated value.
    for (const topic of topics) store.subscribe(topic, () => (this.cached = null))
  }

  get = (): T => (this.cached ??= { is: this.compute() }).is

  subscribe = (listener: () => void): (() => void) => {
    const cleanups = this.topics.map((topic) => this.store.subscribe(topic, listener))
    return () => cleanups.forEach((cleanup) => cleanup())
  }
}
