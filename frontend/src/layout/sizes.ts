/**
 * The sizes of the map in CSS pixels at 100%, the same as in pages/map_layout.py: larger for touch, narrower on narrow
 * screens. They are read once per page; map/Grid.tsx passes them to the style sheet.
 */
import type { StackLayout } from './hitTest'

const matches = (query: string): boolean => globalThis.matchMedia?.(query).matches ?? false
export const IS_COARSE = matches('(pointer: coarse)')

export const COLUMN_WIDTH = 131
export const ROW_HEADER_WIDTH = matches('(width < 48rem)') ? 92 : 154
/** The zoom of a newly opened map. It follows the reader's font size as long as two columns are visible. */
export const INITIAL_ZOOM = Math.max(
  1,
  Math.min(2, rootFontSize() / 16, globalThis.innerWidth / (ROW_HEADER_WIDTH + 2 * COLUMN_WIDTH) || 1),
)
export const CARD_HEIGHT = IS_COARSE ? 71 : 53
export const STAGE_HEADER_HEIGHT = 44
export const STEP_HEADER_HEIGHT = IS_COARSE ? 44 : 40
export const CARD_GAP = 5 // between the cards of one cell
export const LANE_PADDING = 6.5 // between a lane's edge and its cards
export const COLUMN_PADDING = 6 // between a column's edge and its cards
export const BEND_RADIUS = 6 // of the thread's bends
export const DIAMOND_RADIUS = 5.5
export const EMOTION_ROW_HEIGHT = 110 // of the emotion row
export const EMOTION_ROW_MARGIN = 21
export const COLLAPSED_LANE_HEIGHT = IS_COARSE ? 44 : 28
export const PROMISE_ROW_HEIGHT = IS_COARSE ? 50 : 30 // of one row of promises
export const EMPTY_SCENE_HEIGHT = 46 // while the row has no frames
export const SCENE_HEIGHT = 106

/** How the records of a cell are stacked, by type. */
export const STACK_LAYOUTS = {
  touchpoint: { padding: LANE_PADDING, cardHeight: CARD_HEIGHT, gap: CARD_GAP },
  note: { padding: 4, cardHeight: 52, gap: 4 },
  measure: { padding: 4, cardHeight: 46, gap: 4 },
} as const

/** Return the height of a stack with `count` records. An empty stack has the height of one record. */
export function stackHeight({ padding, cardHeight, gap }: StackLayout, count: number): number {
  const rows = Math.max(count, 1)
  return 2 * padding + rows * cardHeight + (rows - 1) * gap
}

/** Return the height of a lane with `cards` cards in its fullest cell. */
export function laneHeight(cards: number): number {
  return stackHeight(STACK_LAYOUTS.touchpoint, cards)
}

function rootFontSize(): number {
  return (globalThis.document && parseFloat(getComputedStyle(document.documentElement).fontSize)) || 16
}

/** Format a number for an SVG path: one decimal, none for whole numbers. */
export function formatCoordinate(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '').replace(/^-0$/, '0')
}
