import { beforeEach, expect, test } from 'vitest'
import { Drafts } from './drafts'
import { ago, watchFormDrafts } from './form_drafts'

globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS

const FORM = `<main><form method="post" action="/stages/1/edit/">
  <input type="hidden" name="csrfmiddlewaretoken" value="old"><input type="hidden" name="gesture" value="g-1">
  <label for="s">Summary</label><textarea id="s" name="summary">Before</textarea>
  <input type="hidden" name="initial-summary" value="Before">
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
const notice = () => document.querySelector('.draft-notice')
/** Load the page as it comes from the server, for a user. */
function load(user = 'ann', html = FORM): void {
  body(html)
  watchFormDrafts(new Drafts(user))
}

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  document.cookie = 'accepted=; Max-Age=0'
})

test('typed text comes back after a reload, is shown as restored, and can be discarded', () => {
  load()
  type('summary', 'Half a sentence')
  load()
  expect(field('summary').value).toBe('Half a sentence')
  expect(notice()?.textContent).toContain('Unsent text from just now.')
  notice()?.querySelector('button')?.click()
  expect(field('summary').value).toBe('Before')
  load()
  expect(notice()).toBeNull()
})

test('a draft carries the value that it was typed over, so that the server sees a conflict', () => {
  load()
  type('summary', 'Mine')
  load('ann', FORM.replaceAll('Before', 'Changed by Ben'))
  expect([field('summary').value, field('initial-summary').value]).toEqual(['Mine', 'Before'])
  notice()?.querySelector('button')?.click()
  expect([field('summary').value, field('initial-summary').value]).toEqual(['Changed by Ben', 'Changed by Ben'])
})

test('what the server gave back with the form is no draft to restore', () => {
  load()
  type('summary', 'Mine')
  load('ann', FORM.replace('>Before<', '>Mine<'))
  expect(notice()).toBeNull()
})

test('nobody else sees it, and secrets are never stored', () => {
  load()
  type('summary', 'Mine')
  for (const name of ['password', 'api_token', 'csrfmiddlewaretoken', 'link']) type(name, 'hunter2')
  expect(JSON.stringify({ ...localStorage })).not.toContain('hunter2')
  load('ben')
  expect([field('summary').value, notice()]).toEqual(['Before', null])
})

test('it stays until the server accepted the form, and no longer', () => {
  load()
  type('summary', 'Mine')
  document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true }))
  load() // refused, or the network was away
  expect(field('summary').value).toBe('Mine')
  document.cookie = 'accepted=g-1'
  load()
  expect([field('summary').value, notice()]).toEqual(['Before', null])
})

test('a form is sent with the token of the present session', () => {
  load()
  document.cookie = 'csrftoken=fresh'
  document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true }))
  expect(field('csrfmiddlewaretoken').value).toBe('fresh')
})

test('a link to a form with a draft says so', () => {
  load()
  type('summary', 'Mine')
  body('<main><a href="/stages/1/edit/">Edit</a><a href="/stages/2/edit/">Edit</a></main>')
  watchFormDrafts(new Drafts('ann'))
  expect([...document.querySelectorAll('.draft-mark')].map((mark) => mark.previousElementSibling?.getAttribute('href'))).toEqual(['/stages/1/edit/'])
})

test('how long ago', () => {
  expect([0, 10, 125, 1440, 5000].map((minutes) => ago(minutes * 60_000))).toEqual(['just now', '10 min ago', '2 h ago', '1 day ago', '3 days ago'])
})
