import { describe, expect, it } from 'vitest'
import { dateIn, dayAndTime, timeInFull } from './when'

const now = new Date(2026, 10, 25, 12, 0)
const told = (...at: [number, number, number, number, number]) => dayAndTime(new Date(...at).toISOString(), now)

it('says the time alone of today', () => {
  expect(told(2026, 10, 25, 9, 5)).toMatch(/^9:05|^09:05/)
  expect(told(2026, 10, 25, 9, 5)).not.toMatch(/25|Nov/)
})

it('says the day of another day, the year of another year', () => {
  expect(told(2026, 10, 24, 9, 5)).toMatch(/24/)
  expect(told(2026, 10, 24, 9, 5)).not.toMatch(/2026/)
  expect(told(2025, 10, 24, 9, 5)).toMatch(/2025/)
})

describe('a day and a time in full', () => {
  it('are those of the zone of the browser, which is named', () => {
    const late = new Date(2026, 10, 28, 23, 30)
    const zone = late.toLocaleString('en-GB', { timeZoneName: 'short' }).split(' ').at(-1) ?? ''
    expect(timeInFull(late.toISOString(), 'en-GB')).toMatch(new RegExp(`^Saturday,? 28 November 2026 at 23:30 ${zone.replace('+', '\\+')}$`))
  })
})

it('gives the date of a time zone, not that of UTC', () => {
  const late = new Date('2026-11-28T23:30:00Z')
  expect([dateIn('UTC', late), dateIn('Asia/Tokyo', late), dateIn('America/Los_Angeles', late)]).toEqual(['2026-11-28', '2026-11-29', '2026-11-28'])
})
