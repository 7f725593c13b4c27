/** Speech and thought bubbles: an outline behind a text, in one group. The outline follows the size of the text. */
import type { Box } from './paper'

export type BubbleKind = 'speech' | 'thought'
type Point = [number, number]

const PADDING = { x: 34, y: 24 }
const TAIL_HEIGHT = 34
const POINTS_PER_CORNER = 6

/** Return the box of the outline around a text, without its tail. */
export function bubbleBox(text: Box): Box {
  return {
    x: text.x - PADDING.x,
    y: text.y - PADDING.y,
    width: text.width + 2 * PADDING.x,
    height: text.height + 2 * PADDING.y,
  }
}

/** Return the outline's points, relative to its box. It is closed, and a little uneven like a line drawn by hand. */
export function bubbleOutline(kind: BubbleKind, width: number, height: number): Point[] {
  return kind === 'speech' ? speechOutline(width, height) : thoughtOutline(width, height)
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
  const points = Array.from({ length: bows * perBow + 1 }, (_, n): Point => {
    const angle = (2 * Math.PI * n) / (bows * perBow)
    const out = 1 + 0.09 * Math.abs(Math.sin((bows * angle) / 2))
    return [width / 2 + (width / 2) * out * Math.cos(angle), height / 2 + (height / 2) * out * Math.sin(angle)]
  })
  const [x, y] = points[0] as Point
  return points.map(([left, top]) => [left - x + width, top - y + height / 2])
}
