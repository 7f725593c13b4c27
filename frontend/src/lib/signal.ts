/** An observable value. Deliberately small. For values that depend on many records, use store/store.ts. */
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

  /** Call `listener` after every change. Return a function that unsubscribes it. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
