/** Speech and thought bubbles: the shape behind a text. */
import { at, distance, drawing, type Frame, type Point, type Shape, shapeSvg } from './ink'

export interface Bubble {
  readonly svg: string
  readonly frame: Frame // left, top, width and height, relative to the top left corner of the text's box
}

const PAPER = { paper: '#FFFFFF', ink: '#1D2A30' }
const TAIL_WIDTH = 90
const PUFF_WIDTH = 190
const INK_MARGIN = 24 // of the frame
const PUFF_MARGIN = 100

/** Return a speech bubble of this size with a tail to a point. If the point is inside, there is no tail. */
export function speechBubble(width: number, height: number, tail: Point): Bubble {
  const radius = Math.min(130, width / 4.4, height / 4.4)
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

/** Return a thought bubble of this size, with smaller bubbles towards a point. */
export function thoughtBubble(width: number, height: number, tail: Point): Bubble {
  const radius = Math.min(150, width / 4.4, height / 4.4)
  const rim = evenly(roundedCorners(width, height, radius).flat(), PUFF_WIDTH)
  const puffs = rim.map((start, index): Shape => {
    const end = at(rim, (index + 1) % rim.length)
    const [x, y] = [end[0] - start[0], end[1] - start[1]]
    const bulge = (t: number, out: number): Point => [start[0] + x * t + y * out, start[1] + y * t - x * out]
    const depth = index % 2 ? 0.36 : 0.44
    const points = [start, bulge(0.1, depth * 0.6), bulge(0.5, depth), bulge(0.9, depth * 0.6), end].flat()
    return { fill: 'paper', ink: 15, open: true, points }
  })
  const [x, y] = edgeTowards([width / 2, height / 2], tail)
  const way = [0.45, 0.75, 0.97].map((t): Shape => {
    const size = 42 - 28 * t
    return { fill: 'paper', ink: 13, round: [x + (tail[0] - x) * t, y + (tail[1] - y) * t, size * 1.15, size] }
  })
  const isInside = sideOf(width, height, tail) === undefined
  const shapes = [...puffs, { fill: 'paper', points: rim.flat() }, ...(isInside ? [] : way)]
  return bubble(shapes, width, height, tail, PUFF_MARGIN)
}

/** Return points on a closed line at about this distance from each other. */
function evenly(line: readonly Point[], gap: number): Point[] {
  const lengths = line.map((point, index) => distance(point, at(line, (index + 1) % line.length)))
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const count = Math.max(6, Math.round(total / gap))
  let index = 0
  let passed = 0
  return Array.from({ length: count }, (_, number): Point => {
    const along = (number / count) * total
    while (passed + at(lengths, index) < along) passed += at(lengths, index++)
    const [start, end] = [at(line, index), at(line, (index + 1) % line.length)]
    const t = (along - passed) / (at(lengths, index) || 1)
    return [start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t]
  })
}

/** Return the points of the rounded corners, clockwise from the top left. */
function roundedCorners(width: number, height: number, radius: number): Point[][] {
  const quarter: Point[] = [
    [0, 2],
    [0.08, 1.1],
    [0.42, 0.42],
    [1.1, 0.08],
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

/** Return the side of the box beyond which a point lies: 0 top, 1 right, 2 bottom, 3 left; undefined inside. */
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
  const edge = (along: number): Point => (isLevel ? [along, side ? height : 0] : [side === 1 ? width : 0, along])
  return side < 2 ? [edge(middle - half), edge(middle + half)] : [edge(middle + half), edge(middle - half)]
}

/** Return a point near the edge of a cloud around a center, towards another point. */
function edgeTowards([centerX, centerY]: Point, [x, y]: Point): Point {
  const far = Math.hypot((x - centerX) / centerX, (y - centerY) / centerY) || 1
  return [centerX + (x - centerX) / far, centerY + (y - centerY) / far]
}

function bubble(shapes: readonly Shape[], width: number, height: number, [x, y]: Point, margin = INK_MARGIN): Bubble {
  const left = Math.floor(Math.min(-margin, x - INK_MARGIN))
  const top = Math.floor(Math.min(-margin, y - INK_MARGIN))
  const right = Math.ceil(Math.max(width + margin, x + INK_MARGIN))
  const bottom = Math.ceil(Math.max(height + margin, y + INK_MARGIN))
  const frame: Frame = [left, top, right - left, bottom - top]
  const parts = shapes.map((shape, index) => shapeSvg(shape, (x, y) => [x, y], PAPER, `bubble ${index}`))
  return { svg: drawing(frame, parts.join(''), 1), frame }
}
