/** A value that can be watched. Small on purpose: what many records need is store/store.ts. */
export class Signal<T> {
  private readonly listeners = new Set<() => void>()

  constructor(private current: T) {}

  get = (): T => this.current

  set(next: T): void {
    if (Object.is(next, this.current)) return
    this.current = next
    for (const listener of [...this.listeners]) listener()
  }

  update(updater: (now: T) => T): void {
    this.set(updater(this.current))
  }

  /** Call `watcher` after every change; return what ends that. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
