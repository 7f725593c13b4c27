/** Suppress the next event of a type if it occurs within the given time, because it is a side effect of a drag. */
export function suppressNextEvent(kind: 'click' | 'paste' | 'contextmenu', withinMs: number): void {
  const suppress = (event: Event) => {
    event.stopPropagation()
    event.preventDefault()
  }
  window.addEventListener(kind, suppress, { capture: true, once: true })
  setTimeout(() => window.removeEventListener(kind, suppress, true), withinMs)
}
