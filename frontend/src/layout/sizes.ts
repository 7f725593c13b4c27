/** The sizes of the map in CSS pixels at 100 %, as exchange/render/layout.py has them. */
export const COLUMN = 131
export const HEAD = 154
export const CARD = 53
export const GAP = 5 // between the cards of one cell
export const EDGE = 6.5 // between a lane's edge and its cards
export const SIDE = 6 // between a column's edge and its cards
export const TURN = 6 // radius of a bend of the thread
export const DIAMOND = 5.5
export const FEELS = 110 // height of the row of feelings
export const FEELS_MARGIN = 21
export const COLLAPSED = 28
export const PROMISE = 30 // height of one row of promises

/** How high a lane is with this many cards in its fullest cell. */
export function laneHeight(cards: number): number {
  const most = Math.max(cards, 1)
  return 2 * EDGE + most * CARD + (most - 1) * GAP
}

/** A number as paths are written: one decimal, none where it is whole. */
export function num(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '').replace(/^-0$/, '0')
}
