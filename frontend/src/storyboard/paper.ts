/** The paper of a frame, in the coordinates of its drawing. */
import type { ShotSize } from './film'

export const PAPER = { width: 960, height: 600 } as const

/** How tall a standing person is placed. In a close shot the paper shows head and shoulders. */
export const FIGURE_HEIGHTS: Readonly<Record<ShotSize, number>> = { wide: 280, medium: 430, close: 900 }
/** How tall the picture of a person is against the person: it has room for raised arms. */
export const PICTURE_SCALE = 1.2
const BODY_SHARE = 0.45 // of the width of a person's picture

const GROUND_SHARE = 0.91 // where feet stand, from the top

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Return the box of a standing thing: on the ground, at the free place nearest to the middle. */
export function standingBox(width: number, height: number, size: ShotSize, taken: readonly Box[]): Box {
  const y = size === 'close' ? PAPER.height * 0.1 : PAPER.height * GROUND_SHARE - height
  const step = PAPER.width / 12
  const offsets = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((n) => n * step)
  const boxes = offsets.map((offset) => ({ x: PAPER.width / 2 - width / 2 + offset, y, width, height }))
  const least = boxes.map((box) => taken.reduce((sum, other) => sum + overlap(box, other), 0))
  return boxes[least.indexOf(Math.min(...least))] as Box
}

function overlap(a: Box, b: Box): number {
  const between = Math.abs(a.x + a.width / 2 - b.x - b.width / 2)
  return Math.max(0, ((a.width + b.width) / 2) * BODY_SHARE - between)
}

/** Return the box of a thing whose middle is at a point. */
export function centeredBox(width: number, height: number, x: number, y: number): Box {
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/** Return a size scaled to fit into a box. */
export function fitInto(width: number, height: number, most: { width: number; height: number }) {
  const scale = Math.min(1, most.width / width, most.height / height)
  return { width: width * scale, height: height * scale }
}
