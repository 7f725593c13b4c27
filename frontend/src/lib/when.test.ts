import { expect, it } from 'vitest'
import { dayAndTime } from './when'

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
