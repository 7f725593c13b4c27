/** Let the next event of a kind come to nothing, if it comes within the time: it is the tail of a drag. */
export function suppressNextEvent(kind: 'click' | 'paste' | 'contextmenu', withinMs: number): void {
  const suppress = (event: Event) => {
    event.stopPropagation()
    event.preventDefault()
  }
  window.addEventListener(kind, suppress, { capture: true, once: true })
  setTimeout(() => window.removeEventListener(kind, suppress, true), withinMs)
}
