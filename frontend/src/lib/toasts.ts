const STAYS = 8000

/** Say something in passing: shown for some seconds, read out once. */
export function toast(text: string, kind: '' | 'brk' = ''): void {
  const place = document.getElementById('toasts')
  const pattern = document.querySelector<HTMLTemplateElement>('template#toast')
  const made = pattern?.content.firstElementChild?.cloneNode(true)
  if (!place || !(made instanceof HTMLElement)) return
  const words = made.querySelector('span')
  if (words) words.textContent = text
  if (kind) made.classList.add(`toast-${kind}`)
  place.append(made)
  fade(made)
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
