import { gettext } from './i18n'
import { toast } from './toasts'

/** Change the theme immediately and save it on the server for the next page. */
export function watchTheme(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    const button = event.submitter
    if (!form.matches('[data-theme-form]') || !(button instanceof HTMLButtonElement)) return
    event.preventDefault()
    const body = new FormData(form, button)
    document.documentElement.dataset['theme'] = button.value
    for (const option of document.querySelectorAll('[data-theme-form] button')) {
      option.setAttribute('aria-pressed', String(option.getAttribute('value') === button.value))
    }
    fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() =>
      toast(gettext('The theme changed on this page but couldn’t be saved. Try again in a moment.'), { kind: 'brk' }),
    )
  })
}
