import { toast } from './toasts'

const UNKNOWN = 'That did not work. Load the page again, then try once more.'
const OFFLINE = 'The server cannot be reached. Nothing was changed; try again in a moment.'

/** Return why a request was refused: the sentence of the refusal's page, or of problem+json. */
export function reasonOf(body: string, type = ''): string {
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

/** Say it when a request of a part of the page was refused or never arrived. */
export function watchFailures(): void {
  document.addEventListener('htmx:responseError', (event) => {
    const { xhr, elt } = (event as CustomEvent<Failed>).detail
    say(elt, reasonOf(xhr.responseText, xhr.getResponseHeader('Content-Type') ?? ''), xhr.status === 401)
  })
  for (const name of ['htmx:sendError', 'htmx:timeout']) {
    document.addEventListener(name, (event) => say((event as CustomEvent<Failed>).detail.elt, OFFLINE))
  }
  document.addEventListener('htmx:beforeRequest', (event) => alertIn((event as CustomEvent<Failed>).detail.elt)?.remove())
}

interface Failed {
  readonly xhr: XMLHttpRequest
  readonly elt: Element
}

/** Say it in the form that failed, which keeps its text; for anything else in passing. */
function say(elt: Element, reason: string, isSignedOut = false): void {
  const form = elt.closest('form')
  if (!form) return toast(reason, { kind: 'brk' })
  alertIn(form)?.remove()
  const made = document.createElement('div')
  const words = document.createElement('p')
  made.className = 'banner banner-brk'
  made.dataset['failure'] = ''
  made.setAttribute('role', 'alert')
  words.textContent = `${reason} Your text is still here.`
  made.append(words)
  if (isSignedOut) made.append(signInLink())
  form.prepend(made)
}

function alertIn(elt: Element): Element | null {
  return elt.closest('form')?.querySelector('[data-failure]') ?? null
}

/** In a tab of its own: the text stays in this one. */
function signInLink(): HTMLAnchorElement {
  const link = document.createElement('a')
  Object.assign(link, { href: '/accounts/login/', target: '_blank', rel: 'noopener', className: 'btn btn-sm', textContent: 'Sign in in a new tab' })
  return link
}
