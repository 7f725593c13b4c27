/** The curve of feelings (layout.py: feelings, curves, areas, smooth). */
import { COLUMN, FEELS, FEELS_MARGIN, num } from './sizes'

export interface Feeling {
  readonly column: number
  readonly value: number
  readonly x: number
  readonly y: number
}

type Point = readonly [number, number]

/** Where each step's feeling stands in the row; steps that nobody spoke of are left out. */
export function feelings(values: readonly (number | null)[]): Feeling[] {
  return values.flatMap((value, column) => (value === null ? [] : [{ column, value, x: (column + 0.5) * COLUMN, y: height(value) }]))
}

export function height(value: number): number {
  return FEELS / 2 - (value * (FEELS / 2 - FEELS_MARGIN)) / 2
}

/** The feeling at a height, to the nearest of the five. */
export function feelingAt(y: number): number {
  const value = ((FEELS / 2 - y) * 2) / (FEELS / 2 - FEELS_MARGIN)
  return Math.max(-2, Math.min(2, Math.round(value))) || 0 // no -0
}

/** One smooth path for each run of neighbouring points; a lone point has none. */
export function curves(points: readonly Feeling[]): string[] {
  return runs(points).map((run) => smooth(run))
}

/** The curves closed along the neutral line, for a tint. */
export function areas(points: readonly Feeling[]): string[] {
  return runs(points).map((run) => `${smooth(run)}V${num(FEELS / 2)}H${num((run[0] as Point)[0])}z`)
}

function runs(points: readonly Feeling[]): Point[][] {
  const found: Feeling[][] = []
  for (const point of points) {
    const last = found.at(-1)
    if (last?.at(-1)?.column === point.column - 1) last.push(point)
    else found.push([point])
  }
  return found.filter((run) => run.length > 1).map((run) => run.map((point): Point => [point.x, point.y]))
}

/**
 * A path that never passes beyond any two neighbours: no low is drawn that nobody had. Monotone in
 * each piece (M. Steffen, "A simple method for monotonic interpolation in one dimension", 1990).
 */
export function smooth(points: readonly Point[]): string {
  const slopes = slopesOf(points)
  const pieces = points.slice(1).map(([x2, y2], at) => {
    const [x1, y1] = points[at] as Point
    const third = (x2 - x1) / 3
    const [m1, m2] = [slopes[at] as number, slopes[at + 1] as number]
    return `C${num(x1 + third)} ${num(y1 + third * m1)} ${num(x2 - third)} ${num(y2 - third * m2)} ${num(x2)} ${num(y2)}`
  })
  const [x, y] = points[0] as Point
  return `M${num(x)} ${num(y)}${pieces.join('')}`
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
  return [end(pieces[0]?.[0] ?? 0, inner[0]), ...inner, end(pieces.at(-1)?.[0] ?? 0, inner.at(-1))]
}

/** The slope at an end: half-way on from the next, but never against the piece. */
function end(slope: number, beside: number | undefined): number {
  const found = beside === undefined ? slope : (3 * slope - beside) / 2
  return found * slope > 0 ? found : 0
}
