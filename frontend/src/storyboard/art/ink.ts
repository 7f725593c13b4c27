/**
 * Draw shapes with ink strokes and flat fills. Twin of storyboards/ink.py.
 *
 * Both must return the same bytes, so only operations that IEEE 754 rounds exactly are used (+ - * / sqrt, no
 * trigonometry), and the wobble of the strokes is a hash of the shape's name.
 */
export type Point = readonly [x: number, y: number]
export type Place = (x: number, y: number) => Point
export type Frame = readonly [left: number, top: number, width: number, height: number]
export type Colors = Readonly<Record<string, string>>

/** A shape in the art files. For the properties, see `shapeSvg`. */
export interface Shape {
  readonly points?: readonly number[]
  readonly round?: readonly number[]
  readonly fill?: string
  readonly ink?: number
  readonly pen?: string
  readonly sharp?: boolean
  readonly open?: boolean
  readonly tube?: number
  readonly capsule?: number
}

export const INK = '#1D2A30'
const OCTAGON: readonly Point[] = [
  [-0.7, 0.72],
  [-1, 0],
  [-0.71, -0.71],
  [0, -1],
  [0.71, -0.71],
  [1, 0],
  [0.71, 0.71],
  [0, 1],
]
const OVERSHOOT = 14 // how far the sides of a box cross at its corners
const THIN = 9 // strokes up to this weight are widest in the middle and have no part of constant width
const OFF_REGISTER = 0.25 // how far fills are offset from their outline, in widths of the outline

/** Return the 32-bit FNV-1a hash of an ASCII text. */
export function textHash(text: string): number {
  let value = 0x811c9dc5
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193) >>> 0
  return value
}

/** Return a number from -1 to 1 that depends on the arguments only. */
function wobble(seed: number, index: number): number {
  let value = (seed + Math.imul(index, 0x9e3779b1)) >>> 0
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39) >>> 0
  return (value >>> 8) / 0x800000 - 1
}

/** Return a list's item by index. Throw if there is none. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list.at(index)
  if (item === undefined) throw new RangeError(`No item ${index}`)
  return item
}

/** Return a record's value by key. Throw if there is none. */
export function get<T>(record: Readonly<Record<string, T>>, name: string): T {
  const value = record[name]
  if (value === undefined) throw new RangeError(`No ${name}`)
  return value
}

export function distance(a: Point, b: Point): number {
  const x = b[0] - a[0]
  const y = b[1] - a[1]
  return Math.sqrt(x * x + y * y)
}

/** Return the point at t of the Catmull-Rom segment from b to c. */
function onSpline([a, b, c, d]: Segment, t: number): Point {
  const axis = (a: number, b: number, c: number, d: number) =>
    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t)
  return [axis(a[0], b[0], c[0], d[0]), axis(a[1], b[1], c[1], d[1])]
}

/** Return a point by index. Beyond the ends, a loop wraps around and an open line repeats its end point. */
function around(points: readonly Point[], index: number, closed: boolean): Point {
  const count = points.length
  return at(points, closed ? (index + count) % count : Math.min(Math.max(index, 0), count - 1))
}

type Segment = readonly [Point, Point, Point, Point]

/** Return a segment of a curve by index, with the points before and after it. */
function segment(points: readonly Point[], index: number, closed: boolean): Segment {
  const at = (offset: number) => around(points, index + offset, closed)
  return [at(-1), at(0), at(1), at(2)]
}

const integer = (number: number) => Math.floor(number + 0.5)

/** Path data with relative integer coordinates. */
class Path {
  data = ''
  private x = 0
  private y = 0

  write(command: string, ...points: readonly Point[]): void {
    this.data += command
    let isFirst = command !== ''
    let [x, y] = [this.x, this.y]
    for (const point of points) {
      x = integer(point[0])
      y = integer(point[1])
      for (const number of [x - this.x, y - this.y]) {
        this.data += isFirst || number < 0 ? `${number}` : ` ${number}`
        isFirst = false
      }
    }
    this.x = x
    this.y = y
  }

  /**
   * Append a Catmull-Rom curve through points.
   *
   * The current point must be the first of them. The path command `s` omits a segment's first control point,
   * because it mirrors the previous segment's second one.
   */
  spline(points: readonly Point[], closed = false): void {
    for (let index = 0; index < points.length - (closed ? 0 : 1); index++) {
      const [a, b, c, d] = segment(points, index, closed)
      const first: Point = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6]
      const second: Point = [c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6]
      if (index === 0) this.write('c', first, second, c)
      else this.write(index === 1 ? 's' : '', second, c)
    }
  }
}

/** Return the points of a line, each moved sideways by its distance. */
function offset(points: readonly Point[], distances: readonly number[]): Point[] {
  return points.map(([x, y], index) => {
    const a = around(points, index - 1, false)
    const b = around(points, index + 1, false)
    const length = distance(a, b) || 1
    const far = at(distances, index)
    return [x - ((b[1] - a[1]) / length) * far, y + ((b[0] - a[0]) / length) * far]
  })
}

/**
 * Return points of the curve where the pen's width or direction changes: more of them near the ends and on long
 * curves.
 */
function knots(points: readonly Point[], weight: number, closed: boolean): Point[] {
  const last = points.length - (closed ? 1 : 2)
  const traced: Point[] = []
  for (let index = 0; index <= last; index++) {
    const part = segment(points, index, closed)
    const length = distance(part[1], part[2]) || 1
    const steps = [0]
    if (weight <= THIN) steps.push(...(last === 0 ? [0.5] : []))
    else {
      if (index === 0) steps.push(Math.min(0.3, (2 * weight) / length))
      else if (length > 230 && index < last) steps.push(0.5)
      if (index === last && !closed) steps.push(Math.max(0.7, 1 - (3 * weight) / length))
    }
    traced.push(...steps.map((step) => onSpline(part, step)))
  }
  // The end of a loop overlaps its start, as in a drawing by hand.
  return closed ? [...traced, at(points, 0), onSpline(segment(points, 0, true), 0.4)] : [...traced, at(points, -1)]
}

/** Return the path data of an ink stroke: fine at its start, full, and running out. */
function stroke(points: readonly Point[], weight: number, seed: number, closed = false): string {
  const line = knots(points, weight, closed).map(([x, y], index): Point => [
    x + wobble(seed, 2 * index) * weight * 0.17,
    y + wobble(seed, 2 * index + 1) * weight * 0.17,
  ])
  const widths = line.map((_, index) => weight * (0.45 + wobble(seed, 900 + index) * 0.1))
  widths[0] = weight * 0.14
  widths[widths.length - 1] = weight * 0.1
  const left = offset(line, widths)
  const right = offset(
    line,
    widths.map((width) => -width),
  ).reverse()
  const path = new Path()
  path.write('M', at(left, 0))
  path.spline(left)
  path.write('l', at(right, 0))
  path.spline(right)
  return `${path.data}z`
}

/** Return strokes as a path element without a color, which `drawing` sets for all of them. */
const ink = (data: string, color = INK) =>
  color === INK ? `<path d="${data}"/>` : `<path fill="${color}" d="${data}"/>`

/** Return the line from a to b, extended at both ends. */
function side(a: Point, b: Point): Point[] {
  const length = distance(a, b) || 1
  const x = ((b[0] - a[0]) / length) * OVERSHOOT
  const y = ((b[1] - a[1]) / length) * OVERSHOOT
  return [
    [a[0] - x, a[1] - y],
    [b[0] + x, b[1] + y],
  ]
}

function fill(points: readonly Point[], color: string, isSharp: boolean): string {
  const path = new Path()
  path.write('M', at(points, 0))
  if (isSharp) for (const point of points.slice(1)) path.write('l', point)
  else path.spline(points, true)
  return `<path fill="${color}" d="${path.data}"/>`
}

/** Return the outline of a limb: down one side and up the other. */
function limbSides(joints: readonly Point[], width: number): Point[] {
  const middle: Point[] = []
  for (let index = 0; index < joints.length - 1; index++) {
    const part = segment(joints, index, false)
    middle.push(part[1], onSpline(part, 0.55))
  }
  middle.push(at(joints, -1))
  const moved = (far: number) =>
    offset(
      middle,
      middle.map(() => far),
    )
  return [...moved(-width / 2), ...moved(width / 2).reverse()]
}

/** Return the outline of a straight limb with a rounded start. */
function capsule(joints: readonly Point[], width: number): Point[] {
  const a = at(joints, 0)
  const b = at(joints, 1)
  const behind = width / 2 / (distance(a, b) || 1)
  return [[a[0] - (b[0] - a[0]) * behind, a[1] - (b[1] - a[1]) * behind], ...limbSides(joints, width)]
}

export function pairs(numbers: readonly number[]): Point[] {
  return Array.from({ length: numbers.length / 2 }, (_, index) => [at(numbers, 2 * index), at(numbers, 2 * index + 1)])
}

/** Return the transformed points of a shape. */
function outline(shape: Shape, place: Place): Point[] {
  if (!shape.round) return pairs(shape.points ?? []).map(([x, y]) => place(x, y))
  const [x = 0, y = 0, width = 0, height = 0] = shape.round
  return OCTAGON.map(([a, b]) => place(x + a * width, y + b * height))
}

/**
 * Return the SVG of a shape of the art files.
 *
 * `points` (or `round`: center and radii) are filled with `fill` and outlined with a stroke of the weight
 * `ink`. `sharp` makes straight sides, and `open` makes a line instead of a loop. `tube` and `capsule` make
 * limbs of a width. `pen` replaces the color of the ink.
 */
export function shapeSvg(shape: Shape, place: Place, colors: Colors, name: string, scale = 1): string {
  let points = outline(shape, place)
  const weight = shape.ink ?? 0
  const seed = textHash(name)
  if (shape.tube !== undefined) points = limbSides(points, shape.tube * scale)
  else if (shape.capsule !== undefined) points = capsule(points, shape.capsule * scale)
  let svg = ''
  if (shape.fill) {
    const shift = weight * OFF_REGISTER
    const shifted = points.map(([x, y]): Point => [x + shift, y + shift])
    svg += fill(shifted, get(colors, shape.fill), shape.sharp === true)
  }
  if (!weight) return svg
  const isOpen = shape.open === true
  let data = ''
  if (!shape.sharp) data = stroke(points, weight, seed, !isOpen && shape.tube === undefined)
  else
    for (let index = 0; index < points.length - (isOpen ? 1 : 0); index++)
      data += stroke(side(at(points, index), around(points, index + 1, true)), weight, seed + index)
  return svg + ink(data, get(colors, shape.pen ?? 'ink'))
}

/** Return a standalone SVG of a frame, shown at a size relative to its units. */
export function drawing([left, top, width, height]: Frame, content: string, size: number): string {
  const joined = content.replaceAll('z"/><path d="M', 'zM') // join consecutive strokes to one path
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" ` +
    `width="${integer(width * size)}" height="${integer(height * size)}" fill="${INK}">${joined}</svg>`
  )
}
