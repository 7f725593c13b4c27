import { expect, it } from 'vitest'
import { type BubbleKind, bubbleOutline } from './bubble'

it.each<[BubbleKind]>([['speech'], ['thought']])('a %s bubble is closed and goes around its text', (kind) => {
  const text = { x: 100, y: 50, width: 200, height: 40 }
  const { x: left, y: top, points } = bubbleOutline(kind, text)
  const [xs, ys] = [points.map(([x]) => x + left), points.map(([, y]) => y + top)]
  expect([points[0], points.at(-1)]).toEqual([
    [0, 0],
    [0, 0],
  ])
  expect(Math.min(...xs)).toBeLessThan(text.x)
  expect(Math.max(...xs)).toBeGreaterThan(text.x + text.width)
  expect(Math.min(...ys)).toBeLessThan(text.y)
  expect(Math.max(...ys)).toBeGreaterThan(text.y + text.height)
})
