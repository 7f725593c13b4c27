/** Say something to those who listen: one polite region and one urgent, made when first needed. */
const places = new Map<'polite' | 'assertive', HTMLElement>()

export function announce(text: string, urgent = false): void {
  const place = region(urgent ? 'assertive' : 'polite')
  // The same words twice are said twice only if the region was empty in between.
  place.textContent = ''
  setTimeout(() => (place.textContent = text), 50)
}

function region(manner: 'polite' | 'assertive'): HTMLElement {
  const known = places.get(manner)
  if (known) return known
  const made = document.createElement('div')
  made.className = 'sr'
  made.setAttribute('aria-live', manner)
  made.dataset['announcer'] = manner
  document.body.append(made)
  places.set(manner, made)
  return made
}
