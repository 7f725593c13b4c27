import { describe, expect, it } from 'vitest'
import { EDGE_ZONE_PX, zoomAnchoredScroll, edgeScrollSpeed } from './scroll'

describe('the pull of an edge', () => {
  it('is none in the middle, and grows towards either end', () => {
    expect(edgeScrollSpeed(500, 0, 1000)).toBe(0)
    expect(edgeScrollSpeed(EDGE_ZONE_PX, 0, 1000)).toBe(0)
    expect(edgeScrollSpeed(10, 0, 1000)).toBeLessThan(edgeScrollSpeed(40, 0, 1000))
    expect(edgeScrollSpeed(990, 0, 1000)).toBe(-edgeScrollSpeed(10, 0, 1000))
  })

  it('is greatest at the end, and no greater beyond it', () => {
    expect(edgeScrollSpeed(1000, 0, 1000)).toBe(18)
    expect(edgeScrollSpeed(4000, 0, 1000)).toBe(18)
  })

  it('is none where the ends are too near each other', () => {
    expect(edgeScrollSpeed(5, 0, 2 * EDGE_ZONE_PX - 1)).toBe(0)
  })
})

it('keeps under the pointer what is there', () => {
  const [scroll, at] = [300, 120]
  const point = (scroll + at) / 1
  expect((zoomAnchoredScroll(scroll, at, 1, 1.5) + at) / 1.5).toBeCloseTo(point)
  expect(zoomAnchoredScroll(0, 0, 1, 2)).toBe(0)
})
