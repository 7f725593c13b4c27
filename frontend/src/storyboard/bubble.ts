/** Speech and thought bubbles: an outline behind a text, in one group. The outline follows the size of the text. */
import type { Box } from './paper'

export type BubbleKind = 'speech' | 'thought'
type Point = [number, number]

const PADDING = { x: 34, y: 24 }
const TAIL_HEIGHT = 34
const POINTS_PER_CORNER = 6

/** An outline as Excalidraw has a line: its points are relative to the first. */
export interface Outline extends Box {
  readonly points: Point[]
}

/** Return the outline around a text. It is closed. */
export function bubbleOutline(kind: BubbleKind, text: Box): Outline {
  const [width, height] = [text.width + 2 * PADDING.x, text.height + 2 * PADDING.y]
  const points = kind === 'speech' ? speechOutline(width, height) : thoughtOutline(width, height)
  const [left, top] = points[0] as Point
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  return {
    x: text.x - PADDING.x + left,
    y: text.y - PADDING.y + top,
    width: Math.max(...xs) - Math.min(...xs),
    height: Math.max(...ys) - Math.min(...ys),
    points: points.map(([x, y]) => [round(x - left), round(y - top)]),
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100 || 0 // no -0
}

function speechOutline(width: number, height: number): Point[] {
  const radius = Math.min(width, height) * 0.34
  const corners: readonly [x: number, y: number, from: number][] = [
    [width - radius, radius * 0.9, -90],
    [width - radius * 1.1, height - radius, 0],
    [radius, height - radius * 0.9, 90],
    [radius * 1.05, radius, 180],
  ]
  const points = corners.flatMap(([x, y, from], at) => {
    const arc = Array.from({ length: POINTS_PER_CORNER + 1 }, (_, n): Point => {
      const angle = ((from + (n * 90) / POINTS_PER_CORNER) * Math.PI) / 180
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
    })
    return at === 1 ? [...arc, ...tail(width, height)] : arc
  })
  return [...points, points[0] as Point]
}

function tail(width: number, height: number): Point[] {
  const middle = width * 0.6
  return [
    [middle + 16, height],
    [middle + 4, height + TAIL_HEIGHT],
    [middle - 18, height],
  ]
}

/** A cloud: bows around an ellipse. */
function thoughtOutline(width: number, height: number): Point[] {
  const bows = Math.max(8, Math.round((width + height) / 55))
  const perBow = 6
  return Array.from({ length: bows * perBow + 1 }, (_, n): Point => {
    const angle = (2 * Math.PI * n) / (bows * perBow)
    const out = 1 + 0.09 * Math.abs(Math.sin((bows * angle) / 2))
    return [width / 2 + (width / 2) * out * Math.cos(angle), height / 2 + (height / 2) * out * Math.sin(angle)]
  })
}
