import { afterEach, expect, test } from 'vitest'
import { flipForRtl, splitQuotes, fractionAlong } from './direction'

const BOX = new DOMRect(100, 0, 200, 10)

afterEach(() => document.documentElement.removeAttribute('dir'))

test('one to the right is one on, where one reads to the right', () => {
  expect(flipForRtl(1)).toBe(1)
  expect(fractionAlong(BOX, 150)).toBe(0.25)
})

test('one to the right is one back, where one reads to the left', () => {
  document.documentElement.dir = 'rtl'
  expect(flipForRtl(1)).toBe(-1)
  expect(fractionAlong(BOX, 150)).toBe(0.75)
})

test('what a sentence quotes is a part of its own', () => {
  expect(splitQuotes('Deleted “שלום, 2.”')).toEqual(['Deleted “', 'שלום, 2.', '”'])
  expect(splitQuotes('Moved “a “b” c” on.')).toEqual(['Moved “', 'a “b” c', '” on.'])
  expect(splitQuotes('Saved')).toEqual(['Saved'])
})
