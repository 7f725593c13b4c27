/**
 * Where a point is on the map, by arithmetic alone: two searches in the edges of columns and rows,
 * and a division for the place between the cards of a cell. Nothing here asks the page.
 */
export interface RowExtent {
  readonly key: string
  readonly start: number
  readonly end: number
}

/** What is known of the surface when the pointer moves; all but the origin in the map's own pixels. */
export interface GridGeometry {
  readonly x: number // where the map begins on the screen: its left edge, or the right one in right-to-left
  readonly y: number
  readonly zoom: number
  readonly isRtl: boolean
  readonly edges: readonly number[] // of the columns, one more than there are columns
  readonly rows: readonly RowExtent[] // from top to bottom, without gaps
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface RowHit {
  readonly row: string | null
  readonly offsetY: number // pixels into the row
  readonly fraction: number // how far into the row, 0 to 1
}

export interface Hit extends RowHit {
  readonly column: number
  readonly columnFraction: number // how far into the column, 0 to 1
  readonly border: number | null // the edge between two columns that is near enough to be meant
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

const BORDER_TOLERANCE_PX = 10 // pixels to either side of an edge that still mean it

/** A point of the screen in the map's own pixels, from its inline start. */
export function toMapPoint({ x, y, zoom, isRtl }: GridGeometry, point: Point): Point {
  return { x: (isRtl ? x - point.x : point.x - x) / zoom, y: (point.y - y) / zoom }
}

/**
 * The stretch that a value falls into: the last edge that is not beyond it. -1 before the first, and after the last.
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
 * What is at a point of the screen; null where there is no column. `clamp`: a point beside the
 * columns means the nearest of them.
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

/** The row at a point of the screen, whatever stands beside the columns. */
export function rowAt(geometry: GridGeometry, point: Point): RowHit {
  const { rows } = geometry
  const { y } = toMapPoint(geometry, point)
  const row = rows[findInterval([...rows.map((row) => row.start), rows.at(-1)?.end ?? 0], y)]
  return row
    ? { row: row.key, offsetY: y - row.start, fraction: (y - row.start) / (row.end - row.start) }
    : { row: null, offsetY: 0, fraction: 0 }
}

/** How many of a cell's cards lie before a height: a card counts when its middle is passed. */
export function slotAt({ padding, cardHeight, gap }: StackLayout, count: number, offsetY: number): number {
  const passed = Math.ceil((offsetY - padding - cardHeight / 2) / (cardHeight + gap))
  return Math.max(0, Math.min(count, passed))
}

/** The height of the line between two cards of a cell, before the card number `slot`. */
export function slotLineY({ padding, cardHeight, gap }: StackLayout, slot: number): number {
  return padding + slot * (cardHeight + gap) - gap / 2
}

/** The cells and slots a rectangle touches: stretches of columns and rows, both ends included. */
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

/** Which cards of a stack a stretch of heights touches. */
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

/** The rectangle between two points, whichever way it was drawn. */
export function boxBetween(a: Point, b: Point): Box {
  return { start: Math.min(a.x, b.x), top: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) }
}
