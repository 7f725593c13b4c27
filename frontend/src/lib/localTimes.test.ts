import { expect, test, vi } from 'vitest'
import { watchLocalTimes } from './localTimes'

// The zone of this file's process: every assertion is about a reader in Los Angeles.
process.env['TZ'] = 'America/Los_Angeles'

function show(html: string): Element {
  document.body.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
  watchLocalTimes()
  return document.body
}
const time = (at: string, kind: string) =>
  show(`<time datetime="${at}" data-show="${kind}">UTC</time>`).querySelector('time')?.textContent ?? ''

test('a moment is shown in the zone of the reader', () => {
  expect(time('2026-11-24T09:20:00+00:00', 'moment')).toMatch(/24.*01:20/)
  expect(time('2026-11-24T03:00:00+00:00', 'day')).toContain('23')
  expect(time('2026-11-24T09:20:00+00:00', 'clock')).toMatch(/^01:20/)
  expect(time('2026-11-24T03:00:00+00:00', 'clock')).toMatch(/23.*07:00|07:00.*23/)
  expect(time('2026-11-24T09:20:00+00:00', 'ago')).toBe('UTC')
  expect(time('nonsense', 'moment')).toBe('UTC')
})

test('a date field starts at the day of the reader', () => {
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
