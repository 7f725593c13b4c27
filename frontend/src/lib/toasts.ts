import { splitQuotes } from './direction'

const TOAST_DURATION_MS = 8000

export interface ToastOptions {
  readonly kind?: '' | 'brk'
  readonly label?: string // of the action button
  readonly run?: () => void
}

/** Show a toast for a few seconds. Screen readers announce it once. */
export function toast(text: string, { kind = '', label, run }: ToastOptions = {}): void {
  const container = document.getElementById('toasts')
  const template = document.querySelector<HTMLTemplateElement>('template#toast')
  const element = template?.content.firstElementChild?.cloneNode(true)
  if (!container || !(element instanceof HTMLElement)) return
  const message = element.querySelector('span')
  message?.append(...splitQuotes(text).map((part, at) => (at % 2 ? bidiIsolate(part) : part)))
  if (kind) element.classList.add(`toast-${kind}`)
  if (label && run) message?.after(actionButton(label, () => (element.remove(), run())))
  container.append(element)
  removeLater(element)
}

/** Isolate user text so that its direction does not affect the text around it. */
function bidiIsolate(text: string): HTMLElement {
  const element = document.createElement('bdi')
  element.textContent = text
  return element
}

function actionButton(label: string, run: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.className = 'toast-action'
  button.textContent = label
  button.addEventListener('click', run)
  return button
}

/** Remove a toast after a while, but not while it is hovered or has the focus. */
function removeLater(item: Element): void {
  setTimeout(() => {
    if (item.matches(':hover, :focus-within')) removeLater(item)
    else item.remove()
  }, TOAST_DURATION_MS)
}

/** Let toasts be closed, and show those that the server sends as `HX-Trigger: {"toast": "…"}`. */
export function watchToasts(): void {
  document.querySelectorAll('#toasts > *').forEach(removeLater)
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null
    target?.closest('[data-dismiss]')?.parentElement?.remove()
  })
  document.addEventListener('toast', (event) => {
    const { value } = (event as CustomEvent<{ value?: string }>).detail
    if (value) toast(value)
  })
}
