import { toast } from './toasts'

/** Change the theme at once, and tell the server, which remembers it for the next page. */
export function watchTheme(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    const button = event.submitter
    if (!form.matches('[data-theme-form]') || !(button instanceof HTMLButtonElement)) return
    event.preventDefault()
    const body = new FormData(form, button)
    document.documentElement.dataset['theme'] = button.value
    for (const each of document.querySelectorAll('[data-theme-form] button')) {
      each.setAttribute('aria-pressed', String(each.getAttribute('value') === button.value))
    }
    fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() =>
      toast('The theme is changed here, but could not be saved.', { kind: 'brk' }),
    )
  })
}
