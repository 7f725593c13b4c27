import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { announce } from './announce'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const region = (manner: string) => document.querySelector(`[aria-live="${manner}"]`)

it('says it in a region of its own, politely or at once', () => {
  announce('Moved.')
  announce('Not saved.', true)
  vi.advanceTimersByTime(60)
  expect([region('polite')?.textContent, region('assertive')?.textContent]).toEqual(['Moved.', 'Not saved.'])
})

it('empties the region before it says the same again, and never makes a second one', () => {
  announce('Moved.')
  vi.advanceTimersByTime(60)
  announce('Moved.')
  expect(region('polite')?.textContent).toBe('')
  vi.advanceTimersByTime(60)
  expect(region('polite')?.textContent).toBe('Moved.')
  expect(document.querySelectorAll('[data-announcer]')).toHaveLength(2)
})

it('says the last of two things said in one breath', () => {
  announce('One.')
  announce('Two.')
  vi.advanceTimersByTime(60)
  expect(region('polite')?.textContent).toBe('Two.')
})
