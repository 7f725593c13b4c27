import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { announce } from './announce'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const region = (manner: string) => document.querySelector(`[aria-live="${manner}"]`)

it('announces in the polite or the assertive region', () => {
  announce('Moved.')
  announce('Not saved.', true)
  vi.advanceTimersByTime(60)
  expect([region('polite')?.textContent, region('assertive')?.textContent]).toEqual(['Moved.', 'Not saved.'])
})

it('empties the region before repeating a text, and reuses it', () => {
  announce('Moved.')
  vi.advanceTimersByTime(60)
  announce('Moved.')
  expect(region('polite')?.textContent).toBe('')
  vi.advanceTimersByTime(60)
  expect(region('polite')?.textContent).toBe('Moved.')
  expect(document.querySelectorAll('[data-announcer]')).toHaveLength(2)
})

it('announces the last of two texts set at once', () => {
  announce('One.')
  announce('Two.')
  vi.advanceTimersByTime(60)
  expect(region('polite')?.textContent).toBe('Two.')
})
