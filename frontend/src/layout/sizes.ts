/**
 * The sizes of the map in CSS pixels at 100 %, as pages/map_layout.py has them; larger where
 * a finger points, narrower where the screen is. Read once: a page keeps its sizes (map/Grid.tsx
 * hands them to the style sheet).
 */
import type { Stack } from './hit'

const is = (query: string): boolean => globalThis.matchMedia?.(query).matches ?? false
export const IS_COARSE = is('(pointer: coarse)')

export const COLUMN = 131
export const HEAD = is('(width < 48rem)') ? 92 : 154
/** The map begins enlarged as much as somebody has text enlarged, as long as two columns are in sight. */
export const ENLARGED = Math.max(1, Math.min(2, textSize() / 16, globalThis.innerWidth / (HEAD + 2 * COLUMN) || 1))
export const CARD = IS_COARSE ? 71 : 53
export const STAGE_HEAD = 44
export const STEP_HEAD = IS_COARSE ? 44 : 40
export const GAP = 5 // between the cards of one cell
export const EDGE = 6.5 // between a lane's edge and its cards
export const SIDE = 6 // between a column's edge and its cards
export const TURN = 6 // radius of a bend of the thread
export const DIAMOND = 5.5
export const FEELS = 110 // height of the row of feelings
export const FEELS_MARGIN = 21
export const COLLAPSED = IS_COARSE ? 44 : 28
export const PROMISE = IS_COARSE ? 50 : 30 // height of one row of promises
export const SCENE_EMPTY = 46 // while there is no frame in the row

/** How the records of a cell are stacked, by type. */
export const STACKS = {
  touchpoint: { edge: EDGE, card: CARD, gap: GAP },
  note: { edge: 4, card: 52, gap: 4 },
  measure: { edge: 4, card: 46, gap: 4 },
} as const

/** How high a stack of so many records is; an empty one keeps the room of one. */
export function stackHeight({ edge, card, gap }: Stack, count: number): number {
  const most = Math.max(count, 1)
  return 2 * edge + most * card + (most - 1) * gap
}

/** How high a lane is with this many cards in its fullest cell. */
export function laneHeight(cards: number): number {
  return stackHeight(STACKS.touchpoint, cards)
}

function textSize(): number {
  return (globalThis.document && parseFloat(getComputedStyle(document.documentElement).fontSize)) || 16
}

/** A number as paths are written: one decimal, none where it is whole. */
export function num(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '').replace(/^-0$/, '0')
}
