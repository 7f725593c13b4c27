import { afterEach, describe, expect, it } from 'vitest'
import { dateIn, formatDateTime, formatLongDateTime } from './formatDate'

const now = new Date(2026, 10, 25, 12, 0)
const events = (...at: [number, number, number, number, number]) => formatDateTime(new Date(...at).toISOString(), now)

it('shows only the time for today', () => {
  expect(events(2026, 10, 25, 9, 5)).toMatch(/^9:05|^09:05/)
  expect(events(2026, 10, 25, 9, 5)).not.toMatch(/25|Nov/)
})

it('shows the day for other days and the year for other years', () => {
  expect(events(2026, 10, 24, 9, 5)).toMatch(/24/)
  expect(events(2026, 10, 24, 9, 5)).not.toMatch(/2026/)
  expect(events(2025, 10, 24, 9, 5)).toMatch(/2025/)
})

describe('a date in full', () => {
  it('uses and names the browser’s time zone', () => {
    const late = new Date(2026, 10, 28, 23, 30)
    const zone = late.toLocaleString('en-GB', { timeZoneName: 'short' }).split(' ').at(-1) ?? ''
    expect(formatLongDateTime(late.toISOString(), 'en-GB')).toMatch(
      new RegExp(`^Saturday,? 28 November 2026 at 23:30 ${zone.replace('+', '\\+')}$`),
    )
  })
})

it('returns the date in a time zone, not in UTC', () => {
  const late = new Date('2026-11-28T23:30:00Z')
  expect([dateIn('UTC', late), dateIn('Asia/Tokyo', late), dateIn('America/Los_Angeles', late)]).toEqual([
    '2026-11-28',
    '2026-11-29',
    '2026-11-28',
  ])
})

describe('for a reader who has chosen a language and a time zone', () => {
  const { dataset } = document.documentElement
  afterEach(() => {
    delete dataset['language']
    delete dataset['timeZone']
  })

  it('uses both', () => {
    Object.assign(dataset, { language: 'de', timeZone: 'Asia/Tokyo' })
    expect(formatLongDateTime('2026-11-28T23:30:00Z')).toMatch(/^Sonntag, 29\. November 2026 um 08:30/)
    expect(formatDateTime('2025-12-31T23:30:00Z', new Date('2026-11-28T12:00:00Z'))).toMatch(/^1\. Jan\.,? 8:30$/)
  })

  it('counts as today what is today in that time zone', () => {
    Object.assign(dataset, { language: 'en-GB', timeZone: 'Asia/Tokyo' })
    const shown = (now: string) => formatDateTime('2026-11-28T15:30:00Z', new Date(now))
    expect([shown('2026-11-28T16:00:00Z'), shown('2026-11-28T14:00:00Z')]).toEqual(['00:30', '29 Nov, 0:30'])
  })
})
