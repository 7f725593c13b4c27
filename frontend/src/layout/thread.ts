/** The line that runs through the cards in the order the customer lives them (layout.py, thread). */
import { CARD, COLUMN, DIAMOND, EDGE, GAP, SIDE, TURN, num } from './sizes'

export interface Spot {
  readonly column: number
  readonly lane: number
  readonly slot: number // cards above it in its cell
  readonly contested: boolean // its stage
}

export interface Strand {
  readonly path: string
  readonly contested: boolean
  readonly knot: readonly [number, number] | null // the diamond where the lane changes
}

export function thread(spots: readonly Spot[], tops: readonly number[]): Strand[] {
  return spots.slice(1).map((two, at) => strand(spots[at] as Spot, two, tops))
}

function strand(one: Spot, two: Spot, tops: readonly number[]): Strand {
  const contested = one.contested || two.contested
  const changesLane = one.lane !== two.lane
  const [y1, y2] = [middle(one, tops), middle(two, tops)]
  const down = y2 > y1 ? 1 : -1
  if (one.column === two.column) {
    // Inside the column, to the right of the glyph, from edge to edge.
    const x = one.column * COLUMN + COLUMN - 28
    const [start, end] = [y1 + (down * CARD) / 2, y2 - (down * CARD) / 2]
    return { path: `M${num(x)} ${num(start)}V${num(end)}`, contested, knot: changesLane ? [x, (start + end) / 2] : null }
  }
  const [x1, x2] = [(one.column + 1) * COLUMN - SIDE, two.column * COLUMN + SIDE]
  if (y1 === y2) return { path: `M${num(x1)} ${num(y1)}H${num(x2)}`, contested, knot: null }
  const x = (one.column + 1) * COLUMN
  const turn = Math.min(TURN, Math.abs(y2 - y1) / 2, x - x1)
  const path =
    `M${num(x1)} ${num(y1)}H${num(x - turn)}Q${num(x)} ${num(y1)} ${num(x)} ${num(y1 + down * turn)}` +
    `V${num(y2 - down * turn)}Q${num(x)} ${num(y2)} ${num(x + turn)} ${num(y2)}H${num(x2)}`
  return { path, contested, knot: changesLane ? [x, (y1 + y2) / 2] : null }
}

function middle(spot: Spot, tops: readonly number[]): number {
  return (tops[spot.lane] ?? 0) + EDGE + spot.slot * (CARD + GAP) + CARD / 2
}

export function diamond([x, y]: readonly [number, number]): string {
  const d = num(DIAMOND)
  return `M${num(x)} ${num(y - DIAMOND)}l${d} ${d}l-${d} ${d}l-${d}-${d}z`
}
