import { describe, expect, it } from 'vitest'
import { todayIn, formatDateTime, formatLongDateTime } from './formatDate'

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
  expect([todayIn('UTC', late), todayIn('Asia/Tokyo', late), todayIn('America/Los_Angeles', late)]).toEqual([
    '2026-11-28',
    '2026-11-29',
    '2026-11-28',
  ])
})
