/**
 * Drafts of the forms on server pages: what is filled in outlives the page until the server accepted it.
 *
 * A form's drafts are kept under the path that it is sent to, so that they are found again wherever it
 * is shown. The server names the form that it accepted last, by its gesture, in the cookie `accepted`.
 */
import { type Draft, Drafts, userOfPage } from './drafts'

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const FILLED_IN = 'textarea[name], select[name], input[name]:not([type="hidden"], [type="password"], [type="file"], [type="submit"], [type="image"])'
const SECRET = /password|secret|token|one-time-code/i
const SENT = 'cxmap-sent' // in sessionStorage: the gesture of the form that this tab sent last, and the texts of its drafts

interface Sent {
  readonly gesture: string
  readonly texts: Readonly<Record<string, string>> // by the key of the draft
}

export function watchFormDrafts(drafts = new Drafts(userOfPage())): void {
  let isSending = false
  forgetAccepted(drafts)
  restoreAll(drafts, document)
  document.addEventListener('input', ({ target }) => {
    if (isFilledIn(target)) keep(drafts, target)
  })
  document.addEventListener('submit', (event) => sendWith(drafts, event.target as HTMLFormElement), true)
  window.addEventListener('submit', (event) => {
    isSending = !event.defaultPrevented // else the page stays: a script sends the form
  })
  document.addEventListener('htmx:beforeSwap', () => forgetAccepted(drafts))
  document.addEventListener('htmx:load', ({ target }) => restoreAll(drafts, target as Element))
  window.addEventListener('beforeunload', (event) => {
    if (!isSending && drafts.hasUnstored()) event.preventDefault()
  })
}

function isFilledIn(target: unknown): target is Field {
  return target instanceof Element && target.matches(FILLED_IN) && keeps((target as Field).form) &&
    !target.hasAttribute('readonly') && !SECRET.test(`${(target as Field).name} ${(target as Field).autocomplete}`)
}

function keeps(form: HTMLFormElement | null): form is HTMLFormElement {
  return form?.method === 'post' && !pageOf(form).startsWith('/accounts/')
}

function pageOf(form: HTMLFormElement): string {
  return new URL(form.getAttribute('action') || location.pathname, location.href).pathname
}

/** The fields of a form; of boxes and choices with one name the first one stands for all. */
function fieldsOf(form: HTMLFormElement): Field[] {
  const fields = [...form.elements].filter(isFilledIn)
  return [...new Map(fields.toReversed().map((field) => [field.name, field])).values()]
}

/** The boxes or choices with the name of a field; none for a field of another kind. */
function boxesOf(field: Field): HTMLInputElement[] {
  if (field.type !== 'checkbox' && field.type !== 'radio') return []
  return [...(field.form as HTMLFormElement).elements].filter((one): one is HTMLInputElement => isFilledIn(one) && one.name === field.name)
}

function valueOf(field: Field): string {
  const boxes = boxesOf(field)
  return boxes.length ? valuesOf(boxes.filter(({ checked }) => checked)) : field.value
}

/** The value that the page was loaded with. */
function defaultOf(field: Field): string {
  const boxes = boxesOf(field)
  if (boxes.length) return valuesOf(boxes.filter(({ defaultChecked }) => defaultChecked))
  if (!(field instanceof HTMLSelectElement)) return (field as HTMLInputElement).defaultValue
  const options = [...field.options]
  return (options.find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value ?? ''
}

function valuesOf(boxes: readonly HTMLInputElement[]): string {
  return boxes.map(({ value }) => value).join('\n')
}

function put(field: Field, text: string): void {
  const boxes = boxesOf(field)
  for (const box of boxes) box.checked = text.split('\n').includes(box.value)
  if (!boxes.length) field.value = text
}

/** Whether a field can show this value: a choice may be gone. */
function canShow(field: Field, text: string): boolean {
  return !(field instanceof HTMLSelectElement) || [...field.options].some(({ value }) => value === text)
}

/** Return the hidden input with the value that a field of an edit form was shown with. */
function shownOf(field: Field): HTMLInputElement | null {
  return field.form?.querySelector<HTMLInputElement>(`input[type="hidden"][name="${CSS.escape(`initial-${field.name}`)}"]`) ?? null
}

/** Keep a field, with what it showed before: the server still sees what somebody changed since. */
function keep(drafts: Drafts, field: Field): void {
  const form = field.form as HTMLFormElement
  const [page, text] = [pageOf(form), valueOf(field)]
  const isAsSaved = text === defaultOf(field) && !isGivenBack(form)
  if (isAsSaved) drafts.remove(page, field.name)
  else drafts.set(page, field.name, text, labelOf(field), drafts.getOpen(page, field.name)?.over ?? shownOf(field)?.value)
}

/** Whether a form came back refused: what it shows is not saved. */
function isGivenBack(form: HTMLFormElement): boolean {
  return form.querySelector('.field-error, .banner-brk') !== null || form.closest('.posted') !== null
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
    if (!draft || !canShow(field, draft.text)) return []
    if (draft.text !== defaultOf(field)) return [[field, draft]]
    drafts.set(page, field.name, draft.text, draft.label, shownOf(field)?.value) // the server gave it back already
    return []
  })
  if (!restored.length) return
  const undo = restored.map(([field, draft]) => fill(drafts, field, draft))
  const at = Math.max(...restored.map(([, draft]) => draft.at))
  form.prepend(notice(`Unsent changes from ${ago(Date.now() - at)}.`, () => undo.forEach((back) => back())))
}

/** Put a draft into its field; return what takes it out again and discards it. */
function fill(drafts: Drafts, field: Field, draft: Draft): () => void {
  const shown = shownOf(field)
  const wasShown = shown?.value ?? ''
  if (shown && draft.over !== undefined) shown.value = draft.over
  put(field, draft.text)
  return () => {
    put(field, defaultOf(field))
    if (shown) shown.value = wasShown
    drafts.remove(draft.page, draft.field)
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

/** Say at the link to a form that it was filled in and not sent. */
function markLinks(drafts: Drafts, root: Document | Element): void {
  const pages = new Set(drafts.list().map((draft) => draft.page))
  if (!pages.size) return
  for (const link of root.querySelectorAll<HTMLAnchorElement>('main a[href]')) {
    const isMarked = link.nextElementSibling?.matches('.draft-mark')
    if (link.origin !== location.origin || link.pathname === location.pathname || !pages.has(link.pathname) || isMarked) continue
    const mark = document.createElement('span')
    mark.className = 'chip chip-miss draft-mark'
    mark.textContent = 'Unsent changes'
    link.after(mark)
  }
}

/** Before a form is sent: give it the present token and the page's user, and remember which drafts go with it. */
function sendWith(drafts: Drafts, form: HTMLFormElement): void {
  if (!keeps(form)) return
  const token = form.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')
  if (token) token.value = cookie('(?:__Host-)?csrftoken') || token.value
  nameUser(form, drafts.user)
  const gesture = form.querySelector<HTMLInputElement>('input[name="gesture"]')?.value
  const names = new Set(fieldsOf(form).map(({ name }) => name))
  // Another tab may have drafts of the same form: they are not sent with this one.
  const mine = drafts.list(pageOf(form)).filter((draft) => names.has(draft.field) && drafts.isOpen(draft))
  const texts = Object.fromEntries(mine.map(({ key, text }) => [key, text]))
  if (gesture && mine.length) store(SENT, JSON.stringify({ gesture, texts } satisfies Sent))
}

/** With a fresh token the form would be accepted from whoever is signed in by now: say whose it is. */
function nameUser(form: HTMLFormElement, user: string): void {
  if (!user || form.querySelector('input[name="expected-user"]')) return
  const input = document.createElement('input')
  Object.assign(input, { type: 'hidden', name: 'expected-user', value: user })
  form.append(input)
}

/** Remove the drafts of the form that the server accepted last, if this tab sent it. */
function forgetAccepted(drafts: Drafts): void {
  const sent = JSON.parse(store(SENT) ?? 'null') as Sent | null
  if (!sent || cookie('(?:__Host-)?accepted') !== sent.gesture) return
  for (const draft of drafts.list()) {
    const accepted = sent.texts[draft.key]
    if (accepted === undefined) continue
    drafts.discard(draft)
    // Somebody typed on while it was on its way: that is a change of what is saved now.
    if (accepted !== draft.text) drafts.set(draft.page, draft.field, draft.text, draft.label, accepted)
  }
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
