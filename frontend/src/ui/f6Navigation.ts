/** F6 cycles through the visible regions of the page: top bar, toolbar, map, panel, footer. */
import { keyName } from '../lib/keys'

const REGIONS = ['.editor-top', '.editor-tools', '[data-frame]', '.editor-panel', '.editor-foot']
const FOCUSABLE = 'a[href], button:not(:disabled), input, select, textarea, summary, [tabindex="0"]'

export function watchF6(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyName(event)
    if (key !== 'F6' && key !== 'Shift+F6') return
    event.preventDefault()
    const regions = REGIONS.map((part) => document.querySelector(part)).filter((part) => part !== null)
    const current = regions.findIndex((part) => part.contains(document.activeElement))
    const order = [...regions.slice(current + 1), ...regions.slice(0, Math.max(current, 0))]
    if (key === 'Shift+F6') order.reverse()
    order
      .map(firstFocusable)
      .find((element) => element !== undefined)
      ?.focus()
  }
  document.addEventListener('keydown', onKeyDown)
  return () => document.removeEventListener('keydown', onKeyDown)
}

/** Return the first focusable element of a region. Elements that aren't displayed don't count. */
function firstFocusable(part: Element): HTMLElement | undefined {
  return [...part.querySelectorAll<HTMLElement>(FOCUSABLE)].find((element) =>
    element.checkVisibility({ visibilityProperty: true }),
  )
}
