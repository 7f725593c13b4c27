import { describe, expect, it } from 'vitest'
import { EDGE_ZONE, held, pull } from './scroll'

describe('the pull of an edge', () => {
  it('is none in the middle, and grows towards either end', () => {
    expect(pull(500, 0, 1000)).toBe(0)
    expect(pull(EDGE_ZONE, 0, 1000)).toBe(0)
    expect(pull(10, 0, 1000)).toBeLessThan(pull(40, 0, 1000))
    expect(pull(990, 0, 1000)).toBe(-pull(10, 0, 1000))
  })

  it('is greatest at the end, and no greater beyond it', () => {
    expect(pull(1000, 0, 1000)).toBe(18)
    expect(pull(4000, 0, 1000)).toBe(18)
  })

  it('is none where the ends are too near each other', () => {
    expect(pull(5, 0, 2 * EDGE_ZONE - 1)).toBe(0)
  })
})

it('keeps under the pointer what is there', () => {
  const [scroll, at] = [300, 120]
  const point = (scroll + at) / 1
  expect((held(scroll, at, 1, 1.5) + at) / 1.5).toBeCloseTo(point)
  expect(held(0, 0, 1, 2)).toBe(0)
})
