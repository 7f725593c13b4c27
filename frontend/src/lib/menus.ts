import { keyName } from './keys'

const OPEN = 'details.menu[open]'

/** Close menus on Escape (focus returns to the summary) and on a click or focus elsewhere. */
export function watchMenus(): void {
  document.addEventListener('keydown', (event) => {
    if (keyName(event) !== 'Escape') return
    const within = document.activeElement?.closest<HTMLDetailsElement>(OPEN)
    const open = within ?? document.querySelector<HTMLDetailsElement>(OPEN)
    if (!open) return
    open.open = false
    open.querySelector('summary')?.focus()
    event.stopPropagation()
  })
  document.addEventListener('click', (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN)) {
      if (!menu.contains(event.target as Node)) menu.open = false
    }
  })
  document.addEventListener('focusin', (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN)) {
      if (!menu.contains(event.target as Node)) menu.open = false
    }
  })
}
