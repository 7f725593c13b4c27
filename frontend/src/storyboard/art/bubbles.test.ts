import { expect, test } from 'vitest'
import { speechBubble, thoughtBubble } from './bubbles'

test.each([speechBubble, thoughtBubble])('the frame of %o holds the box and the tail', (bubble) => {
  for (const tail of [
    [100, 500],
    [300, -90],
    [-80, 60],
    [700, 20],
    [200, 100],
  ] as const) {
    const [left, top, width, height] = bubble(600, 240, tail).frame
    expect(Math.min(0, tail[0])).toBeGreaterThan(left)
    expect(Math.min(0, tail[1])).toBeGreaterThan(top)
    expect(Math.max(600, tail[0])).toBeLessThan(left + width)
    expect(Math.max(240, tail[1])).toBeLessThan(top + height)
    expect(bubble(600, 240, tail).svg).not.toContain('NaN')
  }
})
