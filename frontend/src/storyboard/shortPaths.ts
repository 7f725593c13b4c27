/** Shorten the paths of a frame's picture. Outlines of pen strokes are most of its bytes. */

type Point = readonly [number, number]

const PATH = / d="([^"]*)"/g
const OUTLINE = /^M ([-\d. ,]+) Q ([-\d. ,]+) L ([-\d. ,]+) Z$/ // as Excalidraw writes pen strokes
const TOLERANCE = 0.08 // units of the paper. Smaller differences can't be seen.
const TENTHS = 10

/** Return SVG source with the outlines of pen strokes as polygons with few corners. */
export function withShortPaths(svg: string): string {
  return svg.replace(PATH, (attribute, path: string) => {
    const curve = OUTLINE.exec(path)
    return curve ? ` d="${polygonPath(simplified(flattened(numbersOf(`${curve[1]} ${curve[2]}`))))}"` : attribute
  })
}

function numbersOf(text: string): number[] {
  return text.split(/[ ,]+/).map(Number)
}

/** Return points on a line of quadratic curves: the ends of each, and its middle. */
function flattened(numbers: readonly number[]): Point[] {
  const at = (index: number): number => numbers[index] ?? 0
  const points: Point[] = [[at(0), at(1)]]
  for (let n = 2; n + 3 < numbers.length; n += 4) {
    const [x, y, endX, endY] = [at(n), at(n + 1), at(n + 2), at(n + 3)]
    points.push([(at(n - 2) + 2 * x + endX) / 4, (at(n - 1) + 2 * y + endY) / 4], [endX, endY])
  }
  return points
}

/** Return the points without those near a straight line between others (Douglas and Peucker). */
function simplified(points: readonly Point[]): Point[] {
  const isKept = new Uint8Array(points.length)
  const ranges: [number, number][] = [[0, points.length - 1]]
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    const [first, last] = range
    isKept[first] = isKept[last] = 1
    const [far, distance] = farthest(points, first, last)
    if (distance > TOLERANCE) ranges.push([first, far], [far, last])
  }
  return points.filter((_, n) => isKept[n])
}

/** Return which point between two others is farthest from the line through them, and how far. */
function farthest(points: readonly Point[], first: number, last: number): [number, number] {
  const [[x, y], [toX, toY]] = [points[first] ?? [0, 0], points[last] ?? [0, 0]]
  const [dx, dy] = [toX - x, toY - y]
  const length = Math.hypot(dx, dy)
  let [far, most] = [first, 0]
  for (let n = first + 1; n < last; n += 1) {
    const [px, py] = points[n] ?? [0, 0]
    const distance = length ? Math.abs(dx * (py - y) - dy * (px - x)) / length : Math.hypot(px - x, py - y)
    if (distance > most) [far, most] = [n, distance]
  }
  return [far, most]
}

/** Return a closed path in tenths, relative to whole tenths, so that rounding errors don't add up. */
function polygonPath(points: readonly Point[]): string {
  let [x, y] = [0, 0]
  const moves = points.map((point) => {
    const [toX, toY] = [Math.round(point[0] * TENTHS), Math.round(point[1] * TENTHS)]
    const [right, down] = [decimal(toX - x), decimal(toY - y)]
    ;[x, y] = [toX, toY]
    return `${right}${down.startsWith('-') ? '' : ' '}${down}`
  })
  return `m${moves.join(' ').replace(/ -/g, '-')}z`
}

function decimal(tenths: number): string {
  return String(tenths / TENTHS).replace(/^(-?)0\./, '$1.')
}
