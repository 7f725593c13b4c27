/** Screen reader announcements: a polite and an assertive live region, created on first use. */
const regions = new Map<'polite' | 'assertive', HTMLElement>()

export function announce(text: string, urgent = false): void {
  const target = regionFor(urgent ? 'assertive' : 'polite')
  // The same text is announced again only if the region was empty in between.
  target.textContent = ''
  setTimeout(() => (target.textContent = text), 50)
}

function regionFor(politeness: 'polite' | 'assertive'): HTMLElement {
  const existing = regions.get(politeness)
  if (existing) return existing
  const element = document.createElement('div')
  element.className = 'sr'
  element.setAttribute('aria-live', politeness)
  element.dataset['announcer'] = politeness
  document.body.append(element)
  regions.set(politeness, element)
  return element
}
