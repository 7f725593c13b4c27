import { expect, it } from 'vitest'
import type { ShotSize } from './film'
import { CAMERAS, PAPER_SIZE, fitInto, placeBox, standingBox } from './paper'

const PERSON = { top: -1130, width: 1000, height: 1200 }

it('stands the next figure beside the first, on the same ground', () => {
  const first = standingBox(PERSON, 'medium', [])
  const second = standingBox(PERSON, 'medium', [first])
  expect(first.x + first.width / 2).toBe(PAPER_SIZE.width / 2)
  expect(second.y).toBe(first.y)
  expect(Math.abs(second.x - first.x)).toBeGreaterThan(first.width * 0.45)
})

it('hangs a clock on the wall', () => {
  const clock = standingBox({ top: -194, width: 388, height: 388 }, 'wide', [])
  expect(clock.y + clock.height).toBeLessThan(CAMERAS.wide.ground - CAMERAS.wide.person / 2)
})

it.each<[ShotSize]>([['wide'], ['medium'], ['close']])('covers the paper with the place of a %s shot', (size) => {
  const box = placeBox(size)
  expect(Math.max(box.x, box.y)).toBeLessThanOrEqual(0)
  expect(box.x + box.width).toBeGreaterThanOrEqual(PAPER_SIZE.width)
  expect(box.y + box.height).toBeGreaterThanOrEqual(PAPER_SIZE.height - 1)
})

it('fits a large picture into the paper and leaves a small one', () => {
  expect(fitInto(4000, 2000, { width: 500, height: 400 })).toEqual({ width: 500, height: 250 })
  expect(fitInto(40, 20, { width: 500, height: 400 })).toEqual({ width: 40, height: 20 })
})
