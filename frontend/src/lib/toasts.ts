import { byQuotes } from './direction'

const STAYS = 8000

export interface ToastOptions {
  readonly kind?: '' | 'brk'
  readonly label?: string // of the one thing that can be done about it
  readonly run?: () => void
}

/** Say something in passing: shown for some seconds, read out once. */
export function toast(text: string, { kind = '', label, run }: ToastOptions = {}): void {
  const place = document.getElementById('toasts')
  const pattern = document.querySelector<HTMLTemplateElement>('template#toast')
  const made = pattern?.content.firstElementChild?.cloneNode(true)
  if (!place || !(made instanceof HTMLElement)) return
  const words = made.querySelector('span')
  words?.append(...byQuotes(text).map((part, at) => (at % 2 ? isolated(part) : part)))
  if (kind) made.classList.add(`toast-${kind}`)
  if (label && run) words?.after(deed(label, () => (made.remove(), run())))
  place.append(made)
  fade(made)
}

/** What somebody wrote, so that its direction turns nothing around it. */
function isolated(text: string): HTMLElement {
  const made = document.createElement('bdi')
  made.textContent = text
  return made
}

function deed(label: string, run: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.className = 'toast-do'
  button.textContent = label
  button.addEventListener('click', run)
  return button
}

/** Take a toast away after a while, but never under the pointer or with the focus in it. */
function fade(item: Element): void {
  setTimeout(() => {
    if (item.matches(':hover, :focus-within')) fade(item)
    else item.remove()
  }, STAYS)
}

/** Close by button; show what the server sends along as `HX-Trigger: {"toast": "…"}`. */
export function watchToasts(): void {
  document.querySelectorAll('#toasts > *').forEach(fade)
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null
    target?.closest('[data-dismiss]')?.parentElement?.remove()
  })
  document.addEventListener('toast', (event) => {
    const { value } = (event as CustomEvent<{ value?: string }>).detail
    if (value) toast(value)
  })
}
