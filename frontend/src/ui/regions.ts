/** F6 goes round the parts of the page that can be seen: top bar, tools, map, panel, footer. */
import { keyOf } from '../lib/keys'

const PARTS = ['.editor-top', '.editor-tools', '[data-frame]', '.editor-panel', '.editor-foot']
const FOCUSABLE = 'a[href], button:not(:disabled), input, select, textarea, summary, [tabindex="0"]'

export function watchRegions(): () => void {
  const press = (event: KeyboardEvent) => {
    const key = keyOf(event)
    if (key !== 'F6' && key !== 'Shift+F6') return
    event.preventDefault()
    const parts = PARTS.map((part) => document.querySelector(part)).filter((part) => part !== null)
    const here = parts.findIndex((part) => part.contains(document.activeElement))
    const inTurn = [...parts.slice(here + 1), ...parts.slice(0, Math.max(here, 0))]
    if (key === 'Shift+F6') inTurn.reverse()
    inTurn.map(firstIn).find((element) => element !== undefined)?.focus()
  }
  document.addEventListener('keydown', press)
  return () => document.removeEventListener('keydown', press)
}

/** The first element of a part that can take the focus. One that isn't displayed can't. */
function firstIn(part: Element): HTMLElement | undefined {
  return [...part.querySelectorAll<HTMLElement>(FOCUSABLE)].find((element) => element.checkVisibility({ visibilityProperty: true }))
}
