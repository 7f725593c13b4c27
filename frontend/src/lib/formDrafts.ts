/**
 * Drafts for forms on server-rendered pages.
 *
 * Entered values are kept in the browser until the server accepts the form. They are stored by the path that
 * the form is posted to, so they are found wherever the form is shown. The cookie `accepted` has the gesture id
 * of the form that the server accepted last.
 */
import { gettext, ngettext } from './i18n'
import { type Draft, Drafts, pageUser } from './drafts'

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const DRAFT_INPUTS =
  'textarea[name], select[name], input[name]:not([type="hidden"], [type="password"], [type="file"], [type="submit"], [type="image"])'
const SECRET_FIELD = /password|secret|token|one-time-code/i
// sessionStorage key: the gesture of the form that this tab sent last, and the texts of its drafts
const SUBMITTED_KEY = 'cxmap-sent'

interface SubmittedForm {
  readonly gesture: string
  readonly texts: Readonly<Record<string, string>> // by draft key
}

export function watchFormDrafts(drafts = new Drafts(pageUser())): void {
  let isSending = false
  removeAccepted(drafts)
  restoreAll(drafts, document)
  document.addEventListener('input', ({ target }) => {
    if (isDraftField(target)) saveDraft(drafts, target)
  })
  document.addEventListener('submit', (event) => trackSubmission(drafts, event.target as HTMLFormElement), true)
  window.addEventListener('submit', (event) => {
    isSending = !event.defaultPrevented // otherwise a script sends the form and the page stays
  })
  document.addEventListener('htmx:beforeSwap', () => removeAccepted(drafts))
  document.addEventListener('htmx:load', ({ target }) => restoreAll(drafts, target as Element))
  window.addEventListener('beforeunload', (event) => {
    if (!isSending && drafts.hasUnstored()) event.preventDefault()
  })
}

function isDraftField(target: unknown): target is Field {
  return (
    target instanceof Element &&
    target.matches(DRAFT_INPUTS) &&
    hasDrafts((target as Field).form) &&
    !target.hasAttribute('readonly') &&
    !SECRET_FIELD.test(`${(target as Field).name} ${(target as Field).autocomplete}`)
  )
}

function hasDrafts(form: HTMLFormElement | null): form is HTMLFormElement {
  return form?.method === 'post' && !formPath(form).startsWith('/accounts/')
}

function formPath(form: HTMLFormElement): string {
  return new URL(form.getAttribute('action') || location.pathname, location.href).pathname
}

/**
 * Return the fields of a form. The first of several checkboxes or radio buttons with one name stands for all of them.
 */
function draftFields(form: HTMLFormElement): Field[] {
  const fields = [...form.elements].filter(isDraftField)
  return [...new Map(fields.toReversed().map((field) => [field.name, field])).values()]
}

/** Return the checkboxes or radio buttons that share a field's name; empty for other kinds of fields. */
function checkboxesOf(field: Field): HTMLInputElement[] {
  if (field.type !== 'checkbox' && field.type !== 'radio') return []
  return [...(field.form as HTMLFormElement).elements].filter(
    (element): element is HTMLInputElement => isDraftField(element) && element.name === field.name,
  )
}

function fieldValue(field: Field): string {
  const boxes = checkboxesOf(field)
  return boxes.length ? checkedValues(boxes.filter(({ checked }) => checked)) : field.value
}

/** Return the value that the page was loaded with. */
function defaultValue(field: Field): string {
  const boxes = checkboxesOf(field)
  if (boxes.length) return checkedValues(boxes.filter(({ defaultChecked }) => defaultChecked))
  if (!(field instanceof HTMLSelectElement)) return (field as HTMLInputElement).defaultValue
  const options = [...field.options]
  return (options.find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value ?? ''
}

function checkedValues(boxes: readonly HTMLInputElement[]): string {
  return boxes.map(({ value }) => value).join('\n')
}

function setFieldValue(field: Field, text: string): void {
  const boxes = checkboxesOf(field)
  for (const box of boxes) box.checked = text.split('\n').includes(box.value)
  if (!boxes.length) field.value = text
}

/** Return whether a field can show this value. An option may have been removed. */
function canShow(field: Field, text: string): boolean {
  return !(field instanceof HTMLSelectElement) || [...field.options].some(({ value }) => value === text)
}

/** Return the hidden input with the original value of an edit form's field. */
function initialValueInput(field: Field): HTMLInputElement | null {
  return (
    field.form?.querySelector<HTMLInputElement>(
      `input[type="hidden"][name="${CSS.escape(`initial-${field.name}`)}"]`,
    ) ?? null
  )
}

/**
 * Store a field's draft together with the value it was typed over, so that the server still detects conflicting
 * changes.
 */
function saveDraft(drafts: Drafts, field: Field): void {
  const form = field.form as HTMLFormElement
  const [page, text] = [formPath(form), fieldValue(field)]
  const isAsSaved = text === defaultValue(field) && !isReturnedForm(form)
  if (isAsSaved) drafts.remove(page, field.name)
  else
    drafts.set(
      page,
      field.name,
      text,
      labelOf(field),
      drafts.getOpen(page, field.name)?.over ?? initialValueInput(field)?.value,
    )
}

/** Return whether the server returned the form with errors. Its values are not saved then. */
function isReturnedForm(form: HTMLFormElement): boolean {
  return form.querySelector('.field-error, .banner-brk') !== null || form.closest('.posted') !== null
}

function labelOf(field: Field): string {
  return field.labels?.[0]?.textContent?.trim() ?? field.name
}

function restoreAll(drafts: Drafts, root: Document | Element): void {
  const forms = root instanceof HTMLFormElement ? [root] : root.querySelectorAll('form')
  for (const form of forms) if (hasDrafts(form) && !form.querySelector('.draft-notice')) restore(drafts, form)
  markLinks(drafts, root)
}

function restore(drafts: Drafts, form: HTMLFormElement): void {
  const page = formPath(form)
  const restored = draftFields(form).flatMap((field): [Field, Draft][] => {
    const draft = drafts.get(page, field.name)
    if (!draft || !canShow(field, draft.text)) return []
    if (draft.text !== defaultValue(field)) return [[field, draft]]
    // the server already returned this text with the form
    drafts.set(page, field.name, draft.text, draft.label, initialValueInput(field)?.value)
    return []
  })
  if (!restored.length) return
  const undo = restored.map(([field, draft]) => fillField(drafts, field, draft))
  const at = Math.max(...restored.map(([, draft]) => draft.at))
  const text = gettext('Unsent changes from {time}.', { time: timeAgo(Date.now() - at) })
  form.prepend(draftNotice(text, () => undo.forEach((discard) => discard())))
}

/** Fill a field with its draft. Return a function that restores the field and discards the draft. */
function fillField(drafts: Drafts, field: Field, draft: Draft): () => void {
  const initial = initialValueInput(field)
  const initialValue = initial?.value ?? ''
  if (initial && draft.over !== undefined) initial.value = draft.over
  setFieldValue(field, draft.text)
  return () => {
    setFieldValue(field, defaultValue(field))
    if (initial) initial.value = initialValue
    drafts.remove(draft.page, draft.field)
  }
}

function draftNotice(text: string, discard: () => void): HTMLElement {
  const element = document.createElement('div')
  const message = document.createElement('p')
  const button = document.createElement('button')
  element.className = 'banner banner-miss draft-notice'
  element.setAttribute('role', 'status')
  message.textContent = text
  button.type = 'button'
  button.className = 'btn btn-sm'
  button.textContent = gettext('Discard')
  button.addEventListener('click', () => {
    discard()
    element.remove()
  })
  element.append(message, button)
  return element
}

/** Mark links to forms that were filled in and not sent. */
function markLinks(drafts: Drafts, root: Document | Element): void {
  const pages = new Set(drafts.list().map((draft) => draft.page))
  if (!pages.size) return
  for (const link of root.querySelectorAll<HTMLAnchorElement>('main a[href]')) {
    const isMarked = link.nextElementSibling?.matches('.draft-badge')
    if (link.origin !== location.origin || link.pathname === location.pathname || !pages.has(link.pathname) || isMarked)
      continue
    const badge = document.createElement('span')
    badge.className = 'chip chip-miss draft-badge'
    badge.textContent = gettext('Unsent changes')
    link.after(badge)
  }
}

/** Before a form is sent, set the current CSRF token and the page's user, and remember which drafts it carries. */
function trackSubmission(drafts: Drafts, form: HTMLFormElement): void {
  if (!hasDrafts(form)) return
  const token = form.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')
  if (token) token.value = getCookie('(?:__Host-)?csrftoken') || token.value
  addExpectedUser(form, drafts.user)
  const gesture = form.querySelector<HTMLInputElement>('input[name="gesture"]')?.value
  const names = new Set(draftFields(form).map(({ name }) => name))
  // Drafts that another tab has for the same form are not part of this submission.
  const mine = drafts.list(formPath(form)).filter((draft) => names.has(draft.field) && drafts.isOpen(draft))
  const texts = Object.fromEntries(mine.map(({ key, text }) => [key, text]))
  if (gesture && mine.length) sessionItem(SUBMITTED_KEY, JSON.stringify({ gesture, texts } satisfies SubmittedForm))
}

/**
 * Name the user of the page. With the current CSRF token the form would otherwise be accepted from any user who is
 * signed in now.
 */
function addExpectedUser(form: HTMLFormElement, user: string): void {
  if (!user || form.querySelector('input[name="expected-user"]')) return
  const input = document.createElement('input')
  Object.assign(input, { type: 'hidden', name: 'expected-user', value: user })
  form.append(input)
}

/** Remove the drafts of the form that the server accepted last, if this tab sent it. */
function removeAccepted(drafts: Drafts): void {
  const sent = JSON.parse(sessionItem(SUBMITTED_KEY) ?? 'null') as SubmittedForm | null
  if (!sent || getCookie('(?:__Host-)?accepted') !== sent.gesture) return
  for (const draft of drafts.list()) {
    const accepted = sent.texts[draft.key]
    if (accepted === undefined) continue
    drafts.discard(draft)
    // Text typed while the form was being sent is a change to the saved value.
    if (accepted !== draft.text) drafts.set(draft.page, draft.field, draft.text, draft.label, accepted)
  }
  sessionItem(SUBMITTED_KEY, '')
}

function getCookie(name: string): string {
  return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? ''
}

/** Read or write a sessionStorage item; null where the browser blocks it. */
function sessionItem(key: string, value?: string): string | null {
  try {
    if (value !== undefined) sessionStorage.setItem(key, value)
    return sessionStorage.getItem(key) || null
  } catch {
    return null
  }
}

export function timeAgo(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 1) return gettext('just now')
  if (minutes < 60) return ngettext('{n} min ago', '{n} min ago', minutes)
  if (minutes < 24 * 60) return ngettext('{n} h ago', '{n} h ago', Math.floor(minutes / 60))
  return ngettext('{n} day ago', '{n} days ago', Math.floor(minutes / (24 * 60)))
}
