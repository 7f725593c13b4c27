import { describe, expect, it } from 'vitest'
import type { ShotSize } from './film'
import { type Box, CAMERAS, type CameraMove, PAPER_SIZE, cameraMove, fitInto, placeBox, standingBox } from './paper'

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

describe('a change of the shot size', () => {
  const middleOf = ({ x, width }: Box) => x + width / 2
  const moved = (box: Box, { scale, dx, dy }: CameraMove): Box => ({
    x: box.x * scale + dx,
    y: box.y * scale + dy,
    width: box.width * scale,
    height: box.height * scale,
  })
  const medium = standingBox(PERSON, 'medium', [])

  it('keeps people on the ground and to scale', () => {
    const close = moved(medium, cameraMove('medium', 'close', medium))
    const expected = standingBox(PERSON, 'close', [])
    expect(close.y).toBeCloseTo(expected.y)
    expect(close.width).toBeCloseTo(expected.width)
  })

  it('shows the subject in the middle of a close-up, and not outside of other shots', () => {
    const atTheEdge = { ...medium, x: 20 }
    expect(middleOf(moved(atTheEdge, cameraMove('medium', 'close', atTheEdge)))).toBeCloseTo(PAPER_SIZE.width / 2)
    const outside = { ...standingBox(PERSON, 'close', []), x: 2000 }
    expect(middleOf(moved(outside, cameraMove('close', 'medium', outside)))).toBeLessThan(PAPER_SIZE.width)
  })

  it('fills the paper with the place, and comes back', () => {
    const place = placeBox('medium')
    const subject = { ...medium, x: 20 }
    const there = cameraMove('medium', 'close', subject, place)
    const close = moved(place, there)
    expect(close.x).toBeLessThanOrEqual(0)
    const back = cameraMove('close', 'medium', moved(subject, there), close)
    expect(moved(close, back).x).toBeCloseTo(place.x)
  })
})
