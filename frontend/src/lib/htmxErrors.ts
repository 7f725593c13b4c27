import { gettext } from './i18n'
import { toast } from './toasts'

const UNKNOWN = gettext('Something went wrong. Reload the page and try again.')
const OFFLINE = gettext('Can’t reach the server. Your change may not have been saved. Try again in a moment.')

/** Return the reason for a failed request, from an error page or from problem+json. */
export function errorMessageFrom(body: string, type = ''): string {
  if (type.includes('json')) {
    try {
      const { detail } = JSON.parse(body) as { detail?: string }
      return detail ?? UNKNOWN
    } catch {
      return UNKNOWN
    }
  }
  const page = new DOMParser().parseFromString(body, 'text/html')
  return page.querySelector('[data-refusal]')?.textContent?.trim() || UNKNOWN
}

/** Show an error when an htmx request fails or gets no response. */
export function watchHtmxErrors(): void {
  document.addEventListener('htmx:responseError', (event) => {
    const { xhr, elt } = (event as CustomEvent<HtmxErrorDetail>).detail
    showError(elt, errorMessageFrom(xhr.responseText, xhr.getResponseHeader('Content-Type') ?? ''), xhr.status === 401)
  })
  for (const name of ['htmx:sendError', 'htmx:timeout']) {
    document.addEventListener(name, (event) => showError((event as CustomEvent<HtmxErrorDetail>).detail.elt, OFFLINE))
  }
  document.addEventListener('htmx:beforeRequest', (event) =>
    findAlert((event as CustomEvent<HtmxErrorDetail>).detail.elt)?.remove(),
  )
}

interface HtmxErrorDetail {
  readonly xhr: XMLHttpRequest
  readonly elt: Element
}

/** Show the error in the form that failed, which keeps its text, or as a toast for anything else. */
function showError(elt: Element, reason: string, isSignedOut = false): void {
  const form = elt.closest('form')
  if (!form) return toast(reason, { kind: 'brk' })
  findAlert(form)?.remove()
  const alert = document.createElement('div')
  const message = document.createElement('p')
  alert.className = 'banner banner-brk'
  alert.dataset['failure'] = ''
  alert.setAttribute('role', 'alert')
  message.textContent = gettext('{reason} Your text is still here.', { reason })
  alert.append(message)
  if (isSignedOut) alert.append(signInLink())
  form.prepend(alert)
}

function findAlert(elt: Element): Element | null {
  return elt.closest('form')?.querySelector('[data-failure]') ?? null
}

/** Opens in a new tab so that the text stays in this one. */
function signInLink(): HTMLAnchorElement {
  const link = document.createElement('a')
  Object.assign(link, {
    href: '/accounts/login/',
    target: '_blank',
    rel: 'noopener',
    className: 'btn btn-sm',
    textContent: gettext('Sign in in a new tab'),
  })
  return link
}
