/**
 * Drafts of the forms on server pages: what is typed outlives the page until the server accepted it.
 *
 * A form's drafts are kept under the path that it is sent to, so that they are found again wherever it
 * is shown. The server names the form that it accepted last, by its gesture, in the cookie `accepted`.
 */
import { type Draft, Drafts, userOfPage } from './drafts'

type Field = HTMLInputElement | HTMLTextAreaElement

const TYPED = 'textarea[name], input[name]:is([type="text"], [type="email"], [type="url"], [type="tel"], [type="number"], [type="date"], :not([type]))'
const SECRET = /password|secret|token|one-time-code/i
const SENT = 'cxmap-sent' // in sessionStorage: the gesture of the form that this tab sent last, and its drafts

export function watchFormDrafts(drafts = new Drafts(userOfPage())): void {
  forgetAccepted(drafts)
  restoreAll(drafts, document)
  document.addEventListener('input', ({ target }) => {
    if (isTyped(target)) keep(drafts, target)
  })
  document.addEventListener('submit', (event) => sendWith(drafts, event.target as HTMLFormElement), true)
  document.addEventListener('htmx:beforeSwap', () => forgetAccepted(drafts))
  document.addEventListener('htmx:load', ({ target }) => restoreAll(drafts, target as Element))
  window.addEventListener('beforeunload', (event) => {
    if (drafts.hasUnstored()) event.preventDefault()
  })
}

function isTyped(target: unknown): target is Field {
  return target instanceof Element && target.matches(TYPED) && keeps((target as Field).form) &&
    !(target as Field).readOnly && !SECRET.test(`${(target as Field).name} ${(target as Field).autocomplete}`)
}

function keeps(form: HTMLFormElement | null): form is HTMLFormElement {
  return form?.method === 'post' && !pageOf(form).startsWith('/accounts/')
}

function pageOf(form: HTMLFormElement): string {
  return new URL(form.getAttribute('action') || location.pathname, location.href).pathname
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(isTyped)
}

/** Return the hidden input with the value that a field of an edit form was shown with. */
function shownOf(field: Field): HTMLInputElement | null {
  return field.form?.querySelector<HTMLInputElement>(`input[type="hidden"][name="${CSS.escape(`initial-${field.name}`)}"]`) ?? null
}

function keep(drafts: Drafts, field: Field): void {
  const page = pageOf(field.form as HTMLFormElement)
  if (field.value === field.defaultValue) return forget(drafts, field)
  if (!drafts.get(page, field.name)) keepShown(drafts, field)
  drafts.set(page, field.name, field.value, labelOf(field))
}

/** Keep what the field showed as well, so that the server still sees what somebody changed since. */
function keepShown(drafts: Drafts, field: Field): void {
  drafts.set(pageOf(field.form as HTMLFormElement), `initial-${field.name}`, shownOf(field)?.value ?? '')
}

function forget(drafts: Drafts, field: Field): void {
  const page = pageOf(field.form as HTMLFormElement)
  for (const name of [field.name, `initial-${field.name}`]) drafts.remove(page, name)
}

function labelOf(field: Field): string {
  return field.labels?.[0]?.textContent?.trim() ?? field.name
}

function restoreAll(drafts: Drafts, root: Document | Element): void {
  const forms = root instanceof HTMLFormElement ? [root] : root.querySelectorAll('form')
  for (const form of forms) if (keeps(form) && !form.querySelector('.draft-notice')) restore(drafts, form)
  markLinks(drafts, root)
}

function restore(drafts: Drafts, form: HTMLFormElement): void {
  const page = pageOf(form)
  const restored = fieldsOf(form).flatMap((field): [Field, Draft][] => {
    const draft = drafts.get(page, field.name)
    if (draft?.text === field.defaultValue) keepShown(drafts, field) // the server gave it back already
    return draft && draft.text !== field.defaultValue ? [[field, draft]] : []
  })
  if (!restored.length) return
  const undo = restored.map(([field, draft]) => fill(drafts, field, draft))
  const at = Math.max(...restored.map(([, draft]) => draft.at))
  form.prepend(notice(`Unsent text from ${ago(Date.now() - at)}.`, () => undo.forEach((back) => back())))
}

/** Put a draft into its field; return what takes it out again and discards it. */
function fill(drafts: Drafts, field: Field, draft: Draft): () => void {
  const shown = shownOf(field)
  const wasShown = shown?.value ?? ''
  if (shown) shown.value = drafts.get(draft.page, `initial-${field.name}`)?.text ?? ''
  field.value = draft.text
  return () => {
    field.value = field.defaultValue
    if (shown) shown.value = wasShown
    forget(drafts, field)
  }
}

function notice(text: string, discard: () => void): HTMLElement {
  const made = document.createElement('div')
  const words = document.createElement('p')
  const button = document.createElement('button')
  made.className = 'banner banner-miss draft-notice'
  made.setAttribute('role', 'status')
  words.textContent = text
  button.type = 'button'
  button.className = 'btn btn-sm'
  button.textContent = 'Discard'
  button.addEventListener('click', () => {
    discard()
    made.remove()
  })
  made.append(words, button)
  return made
}

/** Say at the link to a form that there is unsent text in it. */
function markLinks(drafts: Drafts, root: Document | Element): void {
  const pages = new Set(drafts.list().map((draft) => draft.page))
  if (!pages.size) return
  for (const link of root.querySelectorAll<HTMLAnchorElement>('main a[href]')) {
    const isMarked = link.nextElementSibling?.matches('.draft-mark')
    if (link.origin !== location.origin || link.pathname === location.pathname || !pages.has(link.pathname) || isMarked) continue
    const mark = document.createElement('span')
    mark.className = 'chip chip-miss draft-mark'
    mark.textContent = 'Unsent text'
    link.after(mark)
  }
}

/** Before a form is sent: give it the present token, and remember which drafts go with it. */
function sendWith(drafts: Drafts, form: HTMLFormElement): void {
  if (!keeps(form)) return
  const token = form.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')
  if (token) token.value = cookie('(?:__Host-)?csrftoken') || token.value
  const gesture = form.querySelector<HTMLInputElement>('input[name="gesture"]')?.value
  const names = new Set(fieldsOf(form).flatMap(({ name }) => [name, `initial-${name}`]))
  const keys = drafts.list(pageOf(form)).filter((draft) => names.has(draft.field)).map((draft) => draft.key)
  if (gesture && keys.length) store(SENT, JSON.stringify({ gesture, keys }))
}

/** Remove the drafts of the form that the server accepted last, if this tab sent it. */
function forgetAccepted(drafts: Drafts): void {
  const sent = JSON.parse(store(SENT) ?? 'null') as { gesture: string; keys: string[] } | null
  if (!sent || cookie('(?:__Host-)?accepted') !== sent.gesture) return
  for (const draft of drafts.list()) if (sent.keys.includes(draft.key)) drafts.discard(draft)
  store(SENT, '')
}

function cookie(name: string): string {
  return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? ''
}

/** Read from or write to the tab's own storage, where the browser allows it. */
function store(key: string, value?: string): string | null {
  try {
    if (value !== undefined) sessionStorage.setItem(key, value)
    return sessionStorage.getItem(key) || null
  } catch {
    return null
  }
}

export function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`
  const days = Math.floor(minutes / (24 * 60))
  return `${days} ${days > 1 ? 'days' : 'day'} ago`
}
