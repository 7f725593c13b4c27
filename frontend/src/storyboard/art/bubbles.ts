/** Speech and thought bubbles: the shape behind a text. */
import { drawing, type Frame, type Point, type Shape, shapeSvg } from './ink'

export interface Bubble {
  readonly svg: string
  readonly frame: Frame // left, top, width and height, relative to the top left corner of the text's box
}

const PAPER = { paper: '#FFFFFF', ink: '#1D2A30' }
const TAIL_WIDTH = 70
const MARGIN = 24 // of the frame, for the ink

/** Return a speech bubble of a size whose tail ends at a point. A point inside makes no tail. */
export function speechBubble(width: number, height: number, tail: Point): Bubble {
  const radius = Math.min(110, width / 4.4, height / 4.4)
  const corners = roundedCorners(width, height, radius)
  const side = sideOf(width, height, tail)
  if (side === undefined) return bubble([{ fill: 'paper', ink: 17, points: corners.flat(2) }], width, height, tail)
  const [from, to] = tailBase(width, height, radius, side, tail)
  const around = [...corners.slice(side + 1), ...corners.slice(0, side + 1)].flat()
  return bubble(
    [
      { fill: 'paper', points: corners.flat(2) },
      { fill: 'paper', sharp: true, points: [...to, ...tail, ...from] },
      { ink: 17, open: true, points: [...to, ...around.flat(), ...from] },
      { ink: 15, open: true, points: [...from, ...tail] },
      { ink: 15, open: true, points: [...tail, ...to] },
    ],
    width,
    height,
    tail,
  )
}

/** Return a thought bubble of a size, with smaller ones on the way to a point. */
export function thoughtBubble(width: number, height: number, tail: Point): Bubble {
  const puffs = Math.max(8, 2 * Math.round((width + height) / 260))
  const cloud = Array.from({ length: 2 * puffs }, (_, index): Point => {
    const angle = (index / puffs) * Math.PI
    const reach = index % 2 ? 0.54 : 0.47
    return [width * (0.5 + reach * Math.cos(angle)), height * (0.5 + reach * Math.sin(angle))]
  })
  const center: Point = [width / 2, height / 2]
  const [x, y] = edgeTowards(center, tail)
  const way = [0.3, 0.65, 0.95].map((t): Shape => {
    const radius = 38 - 26 * t
    return { fill: 'paper', ink: 13, round: [x + (tail[0] - x) * t, y + (tail[1] - y) * t, radius * 1.15, radius] }
  })
  const isInside = sideOf(width, height, tail) === undefined
  return bubble([{ fill: 'paper', ink: 16, points: cloud.flat() }, ...(isInside ? [] : way)], width, height, tail)
}

/** Return the points of the corners, clockwise from the top left one. */
function roundedCorners(width: number, height: number, radius: number): Point[][] {
  const quarter: Point[] = [
    [0, 2],
    [0, 1],
    [0.29, 0.29],
    [1, 0],
    [2, 0],
  ]
  const topLeft = quarter.map(([x, y]): Point => [x * radius, y * radius])
  const mirrored = (x: (x: number) => number, y: (y: number) => number) =>
    topLeft.map((point): Point => [x(point[0]), y(point[1])])
  const same = (number: number) => number
  const fromRight = (x: number) => width - x
  const fromBottom = (y: number) => height - y
  return [
    topLeft,
    mirrored(fromRight, same).reverse(),
    mirrored(fromRight, fromBottom),
    mirrored(same, fromBottom).reverse(),
  ]
}

/** Return the side a point lies on: 0 top, 1 right, 2 bottom, 3 left; undefined inside. */
function sideOf(width: number, height: number, [x, y]: Point): number | undefined {
  const distances = [-y, x - width, y - height, -x]
  const farthest = Math.max(...distances)
  return farthest > 0 ? distances.indexOf(farthest) : undefined
}

/** Return where a tail leaves a side: its start and end, clockwise. */
function tailBase(width: number, height: number, radius: number, side: number, tail: Point): [Point, Point] {
  const isLevel = side % 2 === 0
  const length = isLevel ? width : height
  const half = Math.min(TAIL_WIDTH / 2, length / 8)
  const room = 2 * radius + half
  const middle = Math.min(Math.max(tail[isLevel ? 0 : 1], room), Math.max(room, length - room))
  const at = (along: number): Point => (isLevel ? [along, side ? height : 0] : [side === 1 ? width : 0, along])
  return side < 2 ? [at(middle - half), at(middle + half)] : [at(middle + half), at(middle - half)]
}

/** Return a point near the edge of a cloud around a center, towards another point. */
function edgeTowards([centerX, centerY]: Point, [x, y]: Point): Point {
  const far = Math.hypot((x - centerX) / centerX, (y - centerY) / centerY) || 1
  return [centerX + (x - centerX) / far, centerY + (y - centerY) / far]
}

function bubble(shapes: readonly Shape[], width: number, height: number, [x, y]: Point): Bubble {
  const left = Math.floor(Math.min(0, x) - MARGIN)
  const top = Math.floor(Math.min(0, y) - MARGIN)
  const right = Math.ceil(Math.max(width, x) + MARGIN)
  const bottom = Math.ceil(Math.max(height, y) + MARGIN)
  const frame: Frame = [left, top, right - left, bottom - top]
  const parts = shapes.map((shape, index) => shapeSvg(shape, (x, y) => [x, y], PAPER, `bubble ${index}`))
  return { svg: drawing(frame, parts.join(''), 1), frame }
}
