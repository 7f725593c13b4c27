/**
 * Hit testing by arithmetic alone: binary searches over the edges of columns and rows, and a division to find the slot
 * between the cards of a cell. Nothing here reads the DOM.
 */
export interface RowExtent {
  readonly key: string
  readonly start: number
  readonly end: number
}

/** The measured grid. All values except the origin are in the map's own pixels. */
export interface GridGeometry {
  readonly x: number // the map's inline start edge on the screen: left, or right in right-to-left
  readonly y: number
  readonly zoom: number
  readonly isRtl: boolean
  readonly edges: readonly number[] // of the columns: one more than the number of columns
  readonly rows: readonly RowExtent[] // from top to bottom, without gaps
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface RowHit {
  readonly row: string | null
  readonly offsetY: number // pixels from the row's start
  readonly fraction: number // position within the row, 0 to 1
}

export interface Hit extends RowHit {
  readonly column: number
  readonly columnFraction: number // position within the column, 0 to 1
  readonly border: number | null // the column edge within BORDER_TOLERANCE_PX, if any
}

export interface Box {
  readonly start: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** How the records of a cell are stacked. */
export interface StackLayout {
  readonly padding: number // above the first
  readonly cardHeight: number
  readonly gap: number
}

const BORDER_TOLERANCE_PX = 10 // on either side of an edge

/** Convert a screen point to the map's own pixels, measured from its inline start. */
export function toMapPoint({ x, y, zoom, isRtl }: GridGeometry, point: Point): Point {
  return { x: (isRtl ? x - point.x : point.x - x) / zoom, y: (point.y - y) / zoom }
}

/**
 * Return the index of the last edge that is not greater than the value; -1 before the first edge and after the last.
 */
export function findInterval(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low === edges.length ? -1 : low - 1
}

/**
 * Return the cell and slot at a screen point, or null outside the columns.
 *
 * With `clamp`, a point beside the columns counts as being in the nearest one.
 */
export function hitTest(geometry: GridGeometry, point: Point, clamp = false): Hit | null {
  const { edges } = geometry
  const { x } = toMapPoint(geometry, point)
  const [first, last] = [edges[0] ?? 0, edges.at(-1) ?? 0]
  const clampedX = clamp ? Math.max(first, Math.min(last - 0.01, x)) : x
  const column = findInterval(edges, clampedX)
  if (column < 0) return null
  const [start, end] = [edges[column] as number, edges[column + 1] as number]
  const border =
    clampedX - start < BORDER_TOLERANCE_PX ? column : end - clampedX <= BORDER_TOLERANCE_PX ? column + 1 : null
  return { column, columnFraction: (clampedX - start) / (end - start), border, ...rowAt(geometry, point) }
}

/** Return the row at a screen point, in any column or none. */
export function rowAt(geometry: GridGeometry, point: Point): RowHit {
  const { rows } = geometry
  const { y } = toMapPoint(geometry, point)
  const row = rows[findInterval([...rows.map((row) => row.start), rows.at(-1)?.end ?? 0], y)]
  return row
    ? { row: row.key, offsetY: y - row.start, fraction: (y - row.start) / (row.end - row.start) }
    : { row: null, offsetY: 0, fraction: 0 }
}

/** Return how many of a cell's cards are above a height. A card counts once its middle is passed. */
export function slotAt({ padding, cardHeight, gap }: StackLayout, count: number, offsetY: number): number {
  const passed = Math.ceil((offsetY - padding - cardHeight / 2) / (cardHeight + gap))
  return Math.max(0, Math.min(count, passed))
}

/** Return the y position of the insertion line before card `slot` of a cell. */
export function slotLineY({ padding, cardHeight, gap }: StackLayout, slot: number): number {
  return padding + slot * (cardHeight + gap) - gap / 2
}

/** Return the columns and rows that a rectangle touches. */
export function cellsInBox(
  { edges, rows }: Pick<GridGeometry, 'edges' | 'rows'>,
  box: Box,
): { columns: number[]; rows: RowExtent[] } {
  const [right, bottom] = [box.start + box.width, box.top + box.height]
  const columns = Array.from({ length: Math.max(edges.length - 1, 0) }, (_, at) => at)
  return {
    columns: columns.filter((at) => (edges[at] as number) < right && (edges[at + 1] as number) > box.start),
    rows: rows.filter((row) => row.start < bottom && row.end > box.top),
  }
}

/** Return the indexes of the cards in a stack that a vertical range touches. */
export function slotsInRange(
  { padding, cardHeight, gap }: StackLayout,
  count: number,
  from: number,
  to: number,
): number[] {
  return Array.from({ length: count }, (_, at) => at).filter((at) => {
    const top = padding + at * (cardHeight + gap)
    return top < to && top + cardHeight > from
  })
}

/** Return the rectangle between two points, in whichever direction it was drawn. */
export function boxBetween(a: Point, b: Point): Box {
  return { start: Math.min(a.x, b.x), top: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) }
}
