/**
 * The line through the cards in the order in which the customer meets them. Mirrors `thread` in pages/map_layout.py.
 */
import {
  CARD_HEIGHT,
  COLUMN_WIDTH,
  DIAMOND_RADIUS,
  LANE_PADDING,
  CARD_GAP,
  COLUMN_PADDING,
  BEND_RADIUS,
  formatCoordinate,
} from './sizes'

export interface CardPosition {
  readonly column: number
  readonly lane: number
  readonly slot: number // cards above it in its cell
  readonly contested: boolean // whether its stage is contested
}

export interface ThreadSegment {
  readonly path: string
  readonly contested: boolean
  readonly center: readonly [number, number]
  readonly changesLane: boolean
}

export function threadSegments(positions: readonly CardPosition[], tops: readonly number[]): ThreadSegment[] {
  return positions.slice(1).map((next, at) => threadSegment(positions[at] as CardPosition, next, tops))
}

function threadSegment(from: CardPosition, to: CardPosition, tops: readonly number[]): ThreadSegment {
  const contested = from.contested || to.contested
  const changesLane = from.lane !== to.lane
  const [y1, y2] = [cardCenterY(from, tops), cardCenterY(to, tops)]
  const down = y2 > y1 ? 1 : -1
  if (from.column === to.column) {
    // Within a column the line runs to the right of the glyph, from card edge to card edge.
    const x = from.column * COLUMN_WIDTH + COLUMN_WIDTH - 28
    const [start, end] = [y1 + (down * CARD_HEIGHT) / 2, y2 - (down * CARD_HEIGHT) / 2]
    return {
      path: `M${formatCoordinate(x)} ${formatCoordinate(start)}V${formatCoordinate(end)}`,
      contested,
      center: [x, (start + end) / 2],
      changesLane,
    }
  }
  const [x1, x2] = [(from.column + 1) * COLUMN_WIDTH - COLUMN_PADDING, to.column * COLUMN_WIDTH + COLUMN_PADDING]
  const x = (from.column + 1) * COLUMN_WIDTH
  const center = [x, (y1 + y2) / 2] as const
  if (y1 === y2)
    return {
      path: `M${formatCoordinate(x1)} ${formatCoordinate(y1)}H${formatCoordinate(x2)}`,
      contested,
      center,
      changesLane,
    }
  const turn = Math.min(BEND_RADIUS, Math.abs(y2 - y1) / 2, x - x1)
  const path =
    `M${formatCoordinate(x1)} ${formatCoordinate(y1)}H${formatCoordinate(x - turn)}Q${formatCoordinate(x)} ${formatCoordinate(y1)} ${formatCoordinate(x)} ${formatCoordinate(y1 + down * turn)}` +
    `V${formatCoordinate(y2 - down * turn)}Q${formatCoordinate(x)} ${formatCoordinate(y2)} ${formatCoordinate(x + turn)} ${formatCoordinate(y2)}H${formatCoordinate(x2)}`
  return { path, contested, center, changesLane }
}

function cardCenterY(position: CardPosition, tops: readonly number[]): number {
  return (tops[position.lane] ?? 0) + LANE_PADDING + position.slot * (CARD_HEIGHT + CARD_GAP) + CARD_HEIGHT / 2
}

/** Return the path of the diamond that marks a hand-off. */
export function diamondPath([x, y]: readonly [number, number]): string {
  const d = formatCoordinate(DIAMOND_RADIUS)
  return `M${formatCoordinate(x)} ${formatCoordinate(y - DIAMOND_RADIUS)}l${d} ${d}l-${d} ${d}l-${d}-${d}z`
}
