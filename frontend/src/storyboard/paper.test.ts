import { expect, it } from 'vitest'
import { PAPER, fitInto, standingBox } from './paper'

it('stands the next figure beside the first, on the same ground', () => {
  const first = standingBox(120, 375, 'medium', [])
  const second = standingBox(120, 375, 'medium', [first])
  expect(first.x + first.width / 2).toBe(PAPER.width / 2)
  expect(second.y + second.height).toBe(first.y + first.height)
  expect(Math.abs(second.x - first.x)).toBeGreaterThan(first.width * 0.45)
})

it('shows head and shoulders in a close shot', () => {
  const box = standingBox(250, 780, 'close', [])
  expect([box.y > 0, box.y + box.height > PAPER.height]).toEqual([true, true])
})

it('fits a large picture into the paper and leaves a small one', () => {
  expect(fitInto(4000, 2000, { width: 500, height: 400 })).toEqual({ width: 500, height: 250 })
  expect(fitInto(40, 20, { width: 500, height: 400 })).toEqual({ width: 40, height: 20 })
})
