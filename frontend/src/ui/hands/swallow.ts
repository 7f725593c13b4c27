/** Let the next event of a kind come to nothing, if it comes within the time: it is the tail of a drag. */
export function swallow(kind: 'click' | 'paste' | 'contextmenu', within: number): void {
  const stop = (event: Event) => {
    event.stopPropagation()
    event.preventDefault()
  }
  window.addEventListener(kind, stop, { capture: true, once: true })
  setTimeout(() => window.removeEventListener(kind, stop, true), within)
}
