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
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail
    toast(reasonOf(xhr.responseText, xhr.getResponseHeader('Content-Type') ?? ''), { kind: 'brk' })
  })
  document.addEventListener('htmx:sendError', () => toast(OFFLINE, { kind: 'brk' }))
}
