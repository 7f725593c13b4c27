import { beforeEach, expect, test, vi } from 'vitest'
import { Drafts } from './drafts'
import { timeAgo, watchFormDrafts } from './formDrafts'

globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS

const FORM = `<main><form method="post" action="/stages/1/edit/">
  <input type="hidden" name="csrfmiddlewaretoken" value="old"><input type="hidden" name="gesture" value="g-1">
  <label for="s">Summary</label><textarea id="s" name="summary">Before</textarea>
  <input type="hidden" name="initial-summary" value="Before">
  <input name="link_to">
  <select name="kind"><option value="a">A</option><option value="b" selected>B</option><option value="">None</option></select>
  <input type="checkbox" name="archived"><input type="checkbox" name="scopes" value="r" checked><input type="checkbox" name="scopes" value="w">
  <input type="radio" name="says" value="ours" checked><input type="radio" name="says" value="theirs">
  <input type="password" name="password"><input name="api_token"><input type="text" name="link" readonly value="x">
  </form><a href="/stages/1/edit/">Edit</a><a id="form2" href="/stages/2/edit/">Edit</a></main>`

function body(html: string): void {
  document.body.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
}
const field = (name: string) => document.querySelector<HTMLInputElement>(`[name="${name}"]`) as HTMLInputElement
function type(name: string, text: string): void {
  field(name).value = text
  field(name).dispatchEvent(new Event('input', { bubbles: true }))
}
function tick(name: string, value: string, checked = true): void {
  const box = document.querySelector<HTMLInputElement>(`[name="${name}"][value="${value}"]`) ?? field(name)
  box.checked = checked
  box.dispatchEvent(new Event('input', { bubbles: true }))
}
const filledIn = () =>
  [...new FormData(document.querySelector('form') as HTMLFormElement)]
    .filter(([name]) => /^(kind|archived|scopes|says)$/.test(name))
    .map((pair) => pair.join('='))
const submit = () =>
  document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
const notice = () => document.querySelector('.draft-notice')
/** Load the page as the server sends it to a user. The previous page ends. */
function load(user = 'ann', html = FORM, drafts = new Drafts(user)): void {
  for (const [target, listen] of listens)
    for (const [type, listener, options] of listen.mock.calls) target.removeEventListener(type, listener, options)
  body(html)
  watchFormDrafts(drafts)
}
const listens = [document, window].map((target) => [target, vi.spyOn(target, 'addEventListener')] as const)

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  document.cookie = 'accepted=; Max-Age=0'
})

test('typed text is restored after a reload with a notice, and can be discarded', () => {
  load()
  type('summary', 'Half a sentence')
  load()
  expect(field('summary').value).toBe('Half a sentence')
  expect(notice()?.textContent).toContain('Unsent changes from just now.')
  notice()?.querySelector('button')?.click()
  expect(field('summary').value).toBe('Before')
  load()
  expect(notice()).toBeNull()
})

test('a draft carries the value that it was typed over, so that the server detects conflicts', () => {
  load()
  type('summary', 'Mine')
  load('ann', FORM.replaceAll('Before', 'Changed by Ben'))
  expect([field('summary').value, field('initial-summary').value]).toEqual(['Mine', 'Before'])
  notice()?.querySelector('button')?.click()
  expect([field('summary').value, field('initial-summary').value]).toEqual(['Changed by Ben', 'Changed by Ben'])
})

test('values returned by the server with the form are not restored as drafts', () => {
  load()
  type('summary', 'Mine')
  load('ann', FORM.replace('>Before<', '>Mine<'))
  expect(notice()).toBeNull()
})

test('other users do not see drafts, and secrets are never stored', () => {
  load()
  type('summary', 'Mine')
  for (const name of ['password', 'api_token', 'csrfmiddlewaretoken', 'link']) type(name, 'hunter2')
  expect(JSON.stringify({ ...localStorage })).not.toContain('hunter2')
  load('ben')
  expect([field('summary').value, notice()]).toEqual(['Before', null])
})

test('a draft stays until the server accepts the form, and no longer', () => {
  load()
  type('summary', 'Mine')
  submit()
  load() // rejected, or the network failed
  expect(field('summary').value).toBe('Mine')
  document.cookie = 'accepted=g-1'
  load()
  expect([field('summary').value, notice()]).toEqual(['Before', null])
})

test('selects and checkboxes are restored too, and an emptied field stays empty', () => {
  load()
  type('summary', '')
  type('kind', '')
  tick('archived', 'on')
  tick('scopes', 'r', false)
  tick('scopes', 'w')
  tick('says', 'theirs')
  load()
  expect([field('summary').value, ...filledIn()]).toEqual(['', 'kind=', 'archived=on', 'scopes=w', 'says=theirs'])
  notice()?.querySelector('button')?.click()
  expect([field('summary').value, ...filledIn()]).toEqual(['Before', 'kind=b', 'scopes=r', 'says=ours'])
  type('kind', 'a')
  load('ann', FORM.replace('<option value="a">A</option>', ''))
  expect([...filledIn(), notice()]).toEqual(['kind=b', 'scopes=r', 'says=ours', null]) // the option was removed
})

test('a draft of another tab for the same form stays separate', () => {
  const otherTab = new Drafts('ann')
  load()
  otherTab.set('/stages/1/edit/', 'summary', 'of the other tab')
  type('summary', 'mine')
  submit()
  document.cookie = 'accepted=g-1'
  document.dispatchEvent(new Event('htmx:beforeSwap'))
  expect(otherTab.list().map(({ text }) => text)).toEqual(['of the other tab'])
})

test('text typed while the form is being sent stays a draft over the saved value', () => {
  load()
  type('summary', 'Sent')
  submit()
  type('summary', 'Sent, and more')
  document.cookie = 'accepted=g-1'
  load('ann', FORM.replaceAll('Before', 'Sent'))
  expect([field('summary').value, field('initial-summary').value]).toEqual(['Sent, and more', 'Sent'])
})

test('values in a form returned with errors are not saved values', () => {
  const refused = FORM.replace('>Before<', '>Mine<').replace('<label', '<p class="field-error">Give a title.</p><label')
  load()
  type('summary', 'Mine')
  load('ann', refused)
  type('summary', 'Mine!')
  type('summary', 'Mine')
  load()
  expect(field('summary').value).toBe('Mine')
})

test('sending a form never asks for confirmation, even without storage', () => {
  const leave = () => {
    const event = new Event('beforeunload', { cancelable: true })
    window.dispatchEvent(event)
    return event.defaultPrevented
  }
  load('ann', FORM, new Drafts('ann', null))
  type('summary', 'Mine')
  expect(leave()).toBe(true)
  submit()
  expect(leave()).toBe(false)
})

test('a form names the user of its page', () => {
  load()
  submit()
  expect(field('expected-user').value).toBe('ann')
})

test('a form is sent with the current CSRF token', () => {
  load()
  document.cookie = 'csrftoken=fresh'
  submit()
  expect(field('csrfmiddlewaretoken').value).toBe('fresh')
})

test('a link to a form with a draft is marked', () => {
  load()
  type('summary', 'Mine')
  load('ann', '<main><a href="/stages/1/edit/">Edit</a><a href="/stages/2/edit/">Edit</a></main>')
  expect(
    [...document.querySelectorAll('.draft-badge')].map((mark) => mark.previousElementSibling?.getAttribute('href')),
  ).toEqual(['/stages/1/edit/'])
})

test('formats a duration as time ago', () => {
  expect([0, 10, 125, 1440, 5000].map((minutes) => timeAgo(minutes * 60_000))).toEqual([
    'just now',
    '10 min ago',
    '2 h ago',
    '1 day ago',
    '3 days ago',
  ])
})
