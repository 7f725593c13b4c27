import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { packBars } from './promiseBars'
import { areaPaths, curvePaths, emotionAtY, emotionPoints, yForEmotion, smoothPath } from './emotionCurve'
import { laneHeight, formatCoordinate } from './sizes'
import { diamondPath, threadSegments } from './thread'

interface Vectors {
  threads: {
    most: number[]
    tops: number[]
    spots: [number, number, number, boolean][]
    strands: [string, boolean, [number, number], boolean][]
  }[]
  feelings: {
    values: (number | null)[]
    points: [number, number, number, number][]
    curves: string[]
    areas: string[]
  }[]
  packs: { bars: [string, number, number][]; rows: string[][] }[]
  diamonds: [[number, number], string][]
}
// tests/pages/test_map_layout.py checks pages/map_layout.py against the same file.
const vectors = JSON.parse(readFileSync('../tests/pages/layout_vectors.json', 'utf8')) as Vectors

it('draws the same thread as the server', () => {
  for (const { most, tops, spots, strands } of vectors.threads) {
    expect(most.reduce<number[]>((all, cards) => [...all, (all.at(-1) ?? 0) + laneHeight(cards)], [0])).toEqual(tops)
    const result = threadSegments(
      spots.map(([column, lane, slot, contested]) => ({ column, lane, slot, contested })),
      tops,
    )
    expect(result.map(({ path, contested, center, changesLane }) => [path, contested, center, changesLane])).toEqual(
      strands,
    )
  }
  for (const [knot, path] of vectors.diamonds) expect(diamondPath(knot)).toBe(path)
})

it('uses the first lane if none is given', () => {
  expect(
    threadSegments(
      [
        { column: 0, lane: 9, slot: 0, contested: false },
        { column: 1, lane: 0, slot: 0, contested: false },
      ],
      [0],
    )[0]?.path,
  ).toBe('M125 33H137')
})

it('draws the same curve as the server', () => {
  for (const { values, points, curves: lines, areas: tints } of vectors.feelings) {
    const result = emotionPoints(values)
    expect(result.map(({ column, value, x, y }) => [column, value, x, y])).toEqual(points)
    expect(curvePaths(result)).toEqual(lines)
    expect(areaPaths(result)).toEqual(tints)
  }
})

it('rounds a height to the nearest emotion', () => {
  for (const value of [-2, -1, 0, 1, 2]) expect(emotionAtY(yForEmotion(value) + 3)).toBe(value)
  expect([emotionAtY(-500), emotionAtY(500)]).toEqual([2, -2])
})

it('is flat through two equal points, and a single point has no path', () => {
  expect(
    smoothPath([
      [0, 5],
      [3, 5],
    ]),
  ).toBe('M0 5C1 5 2 5 3 5')
  expect(smoothPath([[1, 2]])).toBe('M1 2')
})

it('packs promises like the server', () => {
  for (const { bars, rows } of vectors.packs) {
    const result = packBars(bars.map(([id, first, last]) => ({ id, first, last })))
    expect(result.map((row) => row.map((bar) => bar.id))).toEqual(rows)
  }
})

it.each([
  [1, '1'],
  [1.26, '1.3'],
  [-0.04, '0'],
  [0.25, '0.3'],
  [0.35, '0.3'],
  [-1.75, '-1.8'],
  [131, '131'],
])('writes %d as %s', (value, text) => {
  expect(formatCoordinate(value)).toBe(text)
})
