/** F6 goes round the parts of the page: top bar, tools, map, panel, footer. */
const PARTS = ['.editor-top', '.editor-tools', '[data-frame]', '.editor-panel', '.editor-foot']
const FOCUSABLE = 'a[href], button:not(:disabled), input, select, textarea, [tabindex="0"]'

export function watchRegions(): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'F6') return
    event.preventDefault()
    const parts = PARTS.map((part) => document.querySelector<HTMLElement>(part)).filter((part) => part !== null)
    const here = parts.findIndex((part) => part.contains(document.activeElement))
    const next = parts[(here + (event.shiftKey ? -1 : 1) + parts.length) % parts.length]
    next?.querySelector<HTMLElement>(FOCUSABLE)?.focus()
  }
  document.addEventListener('keydown', press)
  return () => document.removeEventListener('keydown', press)
}
