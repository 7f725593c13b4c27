import { expect, test, vi } from 'vitest'
import { watchLocalTimes } from './localTimes'

// Sets the time zone of this test file: all assertions are about a reader in Los Angeles.
process.env['TZ'] = 'America/Los_Angeles'

function show(html: string): Element {
  document.body.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
  watchLocalTimes()
  return document.body
}
const time = (at: string, kind: string) =>
  show(`<time datetime="${at}" data-show="${kind}">UTC</time>`).querySelector('time')?.textContent ?? ''

test('shows a moment in the reader’s time zone', () => {
  expect(time('2026-11-24T09:20:00+00:00', 'moment')).toMatch(/24.*01:20/)
  expect(time('2026-11-24T03:00:00+00:00', 'day')).toContain('23')
  expect(time('2026-11-24T09:20:00+00:00', 'clock')).toMatch(/^01:20/)
  expect(time('2026-11-24T03:00:00+00:00', 'clock')).toMatch(/23.*07:00|07:00.*23/)
  expect(time('2026-11-24T09:20:00+00:00', 'ago')).toBe('UTC')
  expect(time('nonsense', 'moment')).toBe('UTC')
})

test('uses the language and the time zone that the reader has chosen', () => {
  const { dataset } = document.documentElement
  Object.assign(dataset, { language: 'de', timeZone: 'Asia/Tokyo' })
  vi.useFakeTimers({ now: new Date('2026-11-23T16:00:00Z') })
  expect(time('2026-11-24T15:30:00+00:00', 'moment')).toBe('25. Nov. 2026, 00:30')
  expect(time('2026-11-24T15:30:00+00:00', 'clock')).toBe('25. Nov., 00:30')
  expect(time('2026-11-24T09:20:00+00:00', 'clock')).toBe('18:20')
  const field = show('<form><input type="date" name="since" data-from-today="1" value="2026-11-24"></form>')
  expect(field.querySelector('input')?.value).toBe('2026-11-25')
  vi.useRealTimers()
  delete dataset['language']
  delete dataset['timeZone']
})

test('starts a date field at the reader’s day', () => {
  vi.useFakeTimers({ now: new Date('2026-11-24T03:00:00Z') })
  const first = (html: string) => show(html).querySelector('input')?.value
  expect(first('<form><input type="date" name="since" data-from-today="0" value="2026-11-24"></form>')).toBe(
    '2026-11-23',
  )
  expect(first('<form><input type="date" name="until" data-from-today="90" value="2027-02-22"></form>')).toBe(
    '2027-02-21',
  )
  const edited =
    '<form><input type="date" name="since" data-from-today="0" value="2026-11-24"><input type="hidden" name="initial-since"></form>'
  expect(first(edited)).toBe('2026-11-24')
  expect(
    first(
      '<form><input type="date" name="since" data-from-today="0" value="2026-11-24"><p class="field-error"></p></form>',
    ),
  ).toBe('2026-11-24')
  vi.useRealTimers()
})
