import { describe, expect, it } from 'vitest'
import { EDGE_ZONE_PX, zoomAnchoredScroll, edgeScrollSpeed } from './scroll'

describe('edge scrolling', () => {
  it('is zero in the middle and increases towards the ends', () => {
    expect(edgeScrollSpeed(500, 0, 1000)).toBe(0)
    expect(edgeScrollSpeed(EDGE_ZONE_PX, 0, 1000)).toBe(0)
    expect(edgeScrollSpeed(10, 0, 1000)).toBeLessThan(edgeScrollSpeed(40, 0, 1000))
    expect(edgeScrollSpeed(990, 0, 1000)).toBe(-edgeScrollSpeed(10, 0, 1000))
  })

  it('is fastest at the end and beyond it', () => {
    expect(edgeScrollSpeed(1000, 0, 1000)).toBe(18)
    expect(edgeScrollSpeed(4000, 0, 1000)).toBe(18)
  })

  it('is off in a small area', () => {
    expect(edgeScrollSpeed(5, 0, 2 * EDGE_ZONE_PX - 1)).toBe(0)
  })
})

it('keeps the content under the pointer in place', () => {
  const [scroll, at] = [300, 120]
  const point = (scroll + at) / 1
  expect((zoomAnchoredScroll(scroll, at, 1, 1.5) + at) / 1.5).toBeCloseTo(point)
  expect(zoomAnchoredScroll(0, 0, 1, 2)).toBe(0)
})
