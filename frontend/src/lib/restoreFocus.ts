let focusedBeforeSwap: Element | null = null

/** Restore the keyboard focus after part of the page is replaced, so that it never moves to the top. */
export function watchFocusAfterSwap(): void {
  document.addEventListener('htmx:beforeSwap', () => {
    focusedBeforeSwap = document.activeElement
  })
  document.addEventListener('htmx:afterSettle', (event) => {
    const swappedIn = event.target instanceof Element ? event.target : null
    const isLost = document.activeElement === null || document.activeElement === document.body
    if (isLost && focusedBeforeSwap && focusedBeforeSwap !== document.body && !focusedBeforeSwap.isConnected) {
      nextFocusTarget(focusedBeforeSwap, swappedIn)?.focus()
    }
  })
}

/**
 * Return the element to focus in place of `removed`: the one that the response asks for, the same control, or its
 * region.
 */
export function nextFocusTarget(removed: Element, swappedIn: Element | null): HTMLElement | null {
  const requested = swappedIn?.querySelector<HTMLElement>('[autofocus]')
  if (requested) return requested
  const same = removed.id ? document.getElementById(removed.id) : null
  if (same) return same
  const name = removed.getAttribute('name')
  const named = name ? swappedIn?.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`) : null
  if (named) return named
  const region = swappedIn?.isConnected ? swappedIn : document.getElementById('main')
  if (!(region instanceof HTMLElement)) return null
  if (!region.matches('a[href], button, input, select, textarea, [tabindex]')) region.tabIndex = -1
  return region
}
