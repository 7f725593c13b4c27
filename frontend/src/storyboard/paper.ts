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

/** Return the box of a picture centered at a point. */
export function centeredBox(width: number, height: number, x: number, y: number): Box {
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/** Return a size scaled to fit into a box. */
export function fitInto(width: number, height: number, most: { width: number; height: number }) {
  const scale = Math.min(1, most.width / width, most.height / height)
  return { width: width * scale, height: height * scale }
}
