/** The emotion curve. Mirrors the functions of pages/map_layout.py. */
import { COLUMN_WIDTH, EMOTION_ROW_HEIGHT, EMOTION_ROW_MARGIN, formatCoordinate } from './sizes'

export interface EmotionPoint {
  readonly column: number
  readonly value: number
  readonly x: number
  readonly y: number
}

type Point = readonly [number, number]

/** Return the point of each step's emotion in the row. Steps without an emotion have none. */
export function emotionPoints(values: readonly (number | null)[]): EmotionPoint[] {
  return values.flatMap((value, column) =>
    value === null ? [] : [{ column, value, x: (column + 0.5) * COLUMN_WIDTH, y: yForEmotion(value) }],
  )
}

export function yForEmotion(value: number): number {
  return EMOTION_ROW_HEIGHT / 2 - (value * (EMOTION_ROW_HEIGHT / 2 - EMOTION_ROW_MARGIN)) / 2
}

/** Return the emotion at a height, rounded to one of the five levels. */
export function emotionAtY(y: number): number {
  const value = ((EMOTION_ROW_HEIGHT / 2 - y) * 2) / (EMOTION_ROW_HEIGHT / 2 - EMOTION_ROW_MARGIN)
  return Math.max(-2, Math.min(2, Math.round(value))) || 0 // no -0
}

/** Return one smooth path for each run of adjacent points. A single point has no path. */
export function curvePaths(points: readonly EmotionPoint[]): string[] {
  return adjacentRuns(points).map((run) => smoothPath(run))
}

/** Return the curves closed along the neutral line, to be filled. */
export function areaPaths(points: readonly EmotionPoint[]): string[] {
  return adjacentRuns(points).map(
    (run) =>
      `${smoothPath(run)}V${formatCoordinate(EMOTION_ROW_HEIGHT / 2)}H${formatCoordinate((run[0] as Point)[0])}z`,
  )
}

function adjacentRuns(points: readonly EmotionPoint[]): Point[][] {
  const result: EmotionPoint[][] = []
  for (const point of points) {
    const last = result.at(-1)
    if (last?.at(-1)?.column === point.column - 1) last.push(point)
    else result.push([point])
  }
  return result.filter((run) => run.length > 1).map((run) => run.map((point): Point => [point.x, point.y]))
}

/**
 * Return a path that stays within the range of each two neighbors, so that it never shows an emotion lower or higher
 * than the data. Monotone in each piece (M. Steffen, "A simple method for monotonic interpolation in one dimension",
 * 1990).
 */
export function smoothPath(points: readonly Point[]): string {
  const slopes = slopesOf(points)
  const pieces = points.slice(1).map(([x2, y2], at) => {
    const [x1, y1] = points[at] as Point
    const third = (x2 - x1) / 3
    const [m1, m2] = [slopes[at] as number, slopes[at + 1] as number]
    return `C${formatCoordinate(x1 + third)} ${formatCoordinate(y1 + third * m1)} ${formatCoordinate(x2 - third)} ${formatCoordinate(y2 - third * m2)} ${formatCoordinate(x2)} ${formatCoordinate(y2)}`
  })
  const [x, y] = points[0] as Point
  return `M${formatCoordinate(x)} ${formatCoordinate(y)}${pieces.join('')}`
}

function slopesOf(points: readonly Point[]): number[] {
  const pieces = points.slice(1).map(([x2, y2], at): Point => {
    const [x1, y1] = points[at] as Point
    return [(y2 - y1) / (x2 - x1), x2 - x1]
  })
  const inner = pieces.slice(1).map(([s2, h2], at) => {
    const [s1, h1] = pieces[at] as Point
    const mean = (s1 * h2 + s2 * h1) / (h1 + h2)
    return (Math.sign(s1) + Math.sign(s2)) * Math.min(Math.abs(s1), Math.abs(s2), Math.abs(mean) / 2)
  })
  return [endSlope(pieces[0]?.[0] ?? 0, inner[0]), ...inner, endSlope(pieces.at(-1)?.[0] ?? 0, inner.at(-1))]
}

/**
 * Return the slope at an end, extrapolated from the nearest inner slope but never against the direction of the piece.
 */
function endSlope(slope: number, inner: number | undefined): number {
  const result = inner === undefined ? slope : (3 * slope - inner) / 2
  return result * slope > 0 ? result : 0
}
