import { toast } from './toasts'

/** Buttons that copy what stands in a field. Shown here, for only here they work. */
export function watchCopyButtons(): void {
  if (!('clipboard' in navigator)) return // not on a page without TLS
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const field = document.getElementById(button.dataset['copy'] ?? '')
    if (!(field instanceof HTMLInputElement)) continue
    button.hidden = false
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(field.value).then(
        () => toast('Copied.'),
        () => field.select(), // the browser forbids it: then one presses the keys
      )
    })
  }
}
