/** The drawing area of a frame in the drawing's coordinates, and the positions of art on it. */
import type { ShotSize } from './film'

export const PAPER_SIZE = { width: 960, height: 600 } as const

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A shot size: the height of an adult in the drawing, and the y of their feet. */
interface Camera {
  readonly person: number
  readonly ground: number
}

export const CAMERAS: Readonly<Record<ShotSize, Camera>> = {
  wide: { person: 300, ground: 546 },
  medium: { person: 430, ground: 560 },
  close: { person: 900, ground: 980 }, // head and shoulders
}

const ADULT = 1000 // units of the art
const PLACE = { width: 3200, height: 2000, ground: 1820 } // units of the art
const HANGING = 150 // a prop that ends more than this many units below the ground hangs on the wall
const BODY_SHARE = 0.45 // of the width of a person's picture, which has room for raised arms

/** A picture's vertical extent in the units of the art, where 0 is the ground. */
export interface ArtBox {
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Return the size of a unit of the art in the drawing's units. */
export function artScale(size: ShotSize): number {
  return CAMERAS[size].person / ADULT
}

/** Return the box of a picture on the ground, at the free position nearest to the center. */
export function standingBox(art: ArtBox, size: ShotSize, taken: readonly Box[]): Box {
  const scale = artScale(size)
  const [width, height] = [art.width * scale, art.height * scale]
  const isHanging = art.top + art.height > HANGING
  const y = isHanging ? PAPER_SIZE.height * 0.4 - height / 2 : CAMERAS[size].ground + art.top * scale
  const step = PAPER_SIZE.width / 12
  const offsets = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((n) => n * step)
  const boxes = offsets.map((offset) => ({ x: PAPER_SIZE.width / 2 - width / 2 + offset, y, width, height }))
  const overlaps = boxes.map((box) => taken.reduce((sum, other) => sum + overlap(box, other), 0))
  return boxes[overlaps.indexOf(Math.min(...overlaps))] as Box
}

function overlap(a: Box, b: Box): number {
  const between = Math.abs(a.x + a.width / 2 - b.x - b.width / 2)
  return Math.max(0, ((a.width + b.width) / 2) * BODY_SHARE - between)
}

/** Return the box of a background, to scale with the people and on the same ground. */
export function placeBox(size: ShotSize): Box {
  const scale = artScale(size)
  const width = PLACE.width * scale
  return {
    x: (PAPER_SIZE.width - width) / 2,
    y: CAMERAS[size].ground - PLACE.ground * scale,
    width,
    height: PLACE.height * scale,
  }
}

/** What a change of the shot size does to coordinates: they are multiplied, then moved. */
export interface CameraMove {
  readonly scale: number
  readonly dx: number
  readonly dy: number
}

/**
 * Return how the drawing changes with the shot size. People stay on the ground and to scale. The place stays in the
 * middle and fills the paper. The subject is in the picture, and in the middle of a close-up.
 */
export function cameraMove(from: ShotSize, to: ShotSize, subject?: Box, place?: Box): CameraMove {
  const scale = artScale(to) / artScale(from)
  const middle = PAPER_SIZE.width / 2
  let dx = middle - (place ? centerOf(place) : middle) * scale
  if (subject) {
    const center = centerOf(subject) * scale + dx
    const free = to === 'close' ? 0 : Math.max(0, middle - (subject.width * scale * BODY_SHARE) / 2)
    dx += clamp(center, middle - free, middle + free) - center
  }
  if (place && place.width * scale >= PAPER_SIZE.width)
    dx = clamp(dx, PAPER_SIZE.width - (place.x + place.width) * scale, -place.x * scale)
  return { scale, dx, dy: CAMERAS[to].ground - CAMERAS[from].ground * scale }
}

/** Return the box that is nearest to the middle of the paper. */
export function nearestToCenter<B extends Box>(boxes: readonly B[]): B | undefined {
  const distance = (box: Box) => Math.abs(centerOf(box) - PAPER_SIZE.width / 2)
  return [...boxes].sort((a, b) => distance(a) - distance(b))[0]
}

function centerOf({ x, width }: Box): number {
  return x + width / 2
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

/** Return the box of a picture centered at a point. */
export function centeredBox(width: number, height: number, x: number, y: number): Box {
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/** Return a size scaled to fit into a box. */
export function fitInto(width: number, height: number, most: { width: number; height: number }) {
  const scale = Math.min(1, most.width / width, most.height / height)
  return { width: width * scale, height: height * scale }
}
