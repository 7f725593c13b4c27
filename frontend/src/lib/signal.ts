/** A value that can be watched. Small on purpose: what many records need is store/store.ts. */
export class Signal<T> {
  private readonly watchers = new Set<() => void>()

  constructor(private current: T) {}

  get = (): T => this.current

  set(next: T): void {
    if (Object.is(next, this.current)) return
    this.current = next
    for (const watcher of [...this.watchers]) watcher()
  }

  change(how: (now: T) => T): void {
    this.set(how(this.current))
  }

  /** Call `watcher` after every change; return what ends that. */
  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }
}
