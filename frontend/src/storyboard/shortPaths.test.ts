import { expect, it } from 'vitest'
import { withShortPaths } from './shortPaths'

const MAX_SVG_BYTES = 8_000_000 // storyboards/svg.py

type Point = readonly [number, number]

/** Return the path of an outline as Excalidraw writes it. */
function outlinePath(points: readonly Point[]): string {
  const curves = points.map((point, n) => [point, middle(point, points[(n + 1) % points.length] ?? point)])
  return `M ${points[0]} Q ${curves.flat().join(' ')} L ${points[0]} Z`.replace(/(\.\d\d)\d+/g, '$1')
}

function middle(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
}

/** Return a stroke along a wave, there and back, with as many corners as Excalidraw's outlines have. */
function wave(corners: number): Point[] {
  const there = Array.from({ length: corners }, (_, n) => [n * 0.5, 30 + Math.sin(n / 9) * 25] as const)
  return [...there, ...there.toReversed().map(([x, y]) => [x, y + 8] as const)]
}

function cornersOf(path: string): Point[] {
  const numbers = (path.match(/-?(\d+\.?\d*|\.\d+)/g) ?? []).map(Number)
  const points: [number, number][] = []
  for (let n = 0; n < numbers.length; n += 2) {
    const [x, y] = points.at(-1) ?? [0, 0]
    points.push([x + (numbers[n] ?? NaN), y + (numbers[n + 1] ?? NaN)])
  }
  return points
}

function distanceToLine([px, py]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay]
  const along = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(px - ax - along * dx, py - ay - along * dy)
}

it('keeps a stroke within a quarter of a unit of where it was drawn', () => {
  const points = wave(1500)
  const corners = cornersOf(withShortPaths(` d="${outlinePath(points)}"`))
  const ends = [...corners.slice(1), corners[0] ?? [0, 0]]
  for (const [n, point] of points.entries()) {
    const onCurve = middle(point, points[n + 1] ?? point)
    expect(Math.min(...corners.map((corner, at) => distanceToLine(onCurve, corner, ends[at] ?? corner)))).toBeLessThan(
      0.25,
    )
  }
})

it('makes 2,000 strokes small enough for a picture', () => {
  const stroke = ` d="${outlinePath(wave(130))}"`
  expect(2000 * stroke.length).toBeGreaterThan(MAX_SVG_BYTES)
  expect(2000 * withShortPaths(stroke).length).toBeLessThan(MAX_SVG_BYTES / 4)
})

it.each(['M0 0 C1 1, 2 2, 3 3', 'M 1,1 L 5,1 Z', ''])('leaves other paths alone: %s', (path) => {
  expect(withShortPaths(`<path d="${path}"/>`)).toBe(`<path d="${path}"/>`)
})
