import { gettext } from './i18n'
import { toast } from './toasts'

/** Show buttons that copy the value of a field. They stay hidden without JavaScript, because they only work with it. */
export function watchCopyButtons(): void {
  if (!('clipboard' in navigator)) return // absent on pages without TLS
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const field = document.getElementById(button.dataset['copy'] ?? '')
    if (!(field instanceof HTMLInputElement)) continue
    button.hidden = false
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(field.value).then(
        () => toast(gettext('Copied.')),
        () => field.select(), // if the browser refuses, the selected text can be copied with the keyboard
      )
    })
  }
}
