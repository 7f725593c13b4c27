import { afterEach, expect, test } from 'vitest'
import { flipForRtl, splitQuotes, fractionAlong } from './direction'

const BOX = new DOMRect(100, 0, 200, 10)

afterEach(() => document.documentElement.removeAttribute('dir'))

test('a step to the right is a step forward in left-to-right', () => {
  expect(flipForRtl(1)).toBe(1)
  expect(fractionAlong(BOX, 150)).toBe(0.25)
})

test('a step to the right is a step back in right-to-left', () => {
  document.documentElement.dir = 'rtl'
  expect(flipForRtl(1)).toBe(-1)
  expect(fractionAlong(BOX, 150)).toBe(0.75)
})

test('quoted text is a part of its own', () => {
  expect(splitQuotes('Removed “שלום, 2.”')).toEqual(['Removed “', 'שלום, 2.', '”'])
  expect(splitQuotes('Moved “a “b” c” on.')).toEqual(['Moved “', 'a “b” c', '” on.'])
  expect(splitQuotes('Saved')).toEqual(['Saved'])
})
