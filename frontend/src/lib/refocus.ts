let before: Element | null = null

/** Keep the keyboard's place when a part of the page is replaced: focus never falls to the top. */
export function watchFocus(): void {
  document.addEventListener('htmx:beforeSwap', () => {
    before = document.activeElement
  })
  document.addEventListener('htmx:afterSettle', (event) => {
    const fresh = event.target instanceof Element ? event.target : null
    const lost = document.activeElement === null || document.activeElement === document.body
    if (lost && before && before !== document.body && !before.isConnected) {
      successor(before, fresh)?.focus()
    }
  })
}

/** Return what takes the focus of `gone`: what the answer asks for, the same control, its place. */
export function successor(gone: Element, fresh: Element | null): HTMLElement | null {
  const asked = fresh?.querySelector<HTMLElement>('[autofocus]')
  if (asked) return asked
  const same = gone.id ? document.getElementById(gone.id) : null
  if (same) return same
  const name = gone.getAttribute('name')
  const named = name ? fresh?.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`) : null
  if (named) return named
  const place = fresh?.isConnected ? fresh : document.getElementById('main')
  if (!(place instanceof HTMLElement)) return null
  if (!place.matches('a[href], button, input, select, textarea, [tabindex]')) place.tabIndex = -1
  return place
}
