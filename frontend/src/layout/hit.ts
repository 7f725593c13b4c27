/**
 * Where a point is on the map, by arithmetic alone: two searches in the edges of columns and rows,
 * and a division for the place between the cards of a cell. Nothing here asks the page.
 */
export interface Band {
  readonly key: string
  readonly start: number
  readonly end: number
}

/** What is known of the surface when the pointer moves; all but the origin in the map's own pixels. */
export interface Surface {
  readonly x: number // where the map begins on the screen: its left edge, or the right one in right-to-left
  readonly y: number
  readonly zoom: number
  readonly isRtl: boolean
  readonly edges: readonly number[] // of the columns, one more than there are columns
  readonly rows: readonly Band[] // from top to bottom, without gaps
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface RowHit {
  readonly row: string | null
  readonly depth: number // pixels into the row
  readonly share: number // how far into the row, 0 to 1
}

export interface Hit extends RowHit {
  readonly column: number
  readonly part: number // how far into the column, 0 to 1
  readonly border: number | null // the edge between two columns that is near enough to be meant
}

export interface Box {
  readonly start: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** How the records of a cell are stacked. */
export interface Stack {
  readonly edge: number // above the first
  readonly card: number
  readonly gap: number
}

const NEAR = 10 // pixels to either side of an edge that still mean it

/** A point of the screen in the map's own pixels, from its inline start. */
export function onMap({ x, y, zoom, isRtl }: Surface, point: Point): Point {
  return { x: (isRtl ? x - point.x : point.x - x) / zoom, y: (point.y - y) / zoom }
}

/** The stretch that a value falls into: the last edge that is not beyond it. -1 before the first, and after the last. */
export function locate(edges: readonly number[], value: number): number {
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
export function hit(surface: Surface, point: Point, clamp = false): Hit | null {
  const { edges } = surface
  const { x } = onMap(surface, point)
  const [first, last] = [edges[0] ?? 0, edges.at(-1) ?? 0]
  const at = clamp ? Math.max(first, Math.min(last - 0.01, x)) : x
  const column = locate(edges, at)
  if (column < 0) return null
  const [start, end] = [edges[column] as number, edges[column + 1] as number]
  const border = at - start < NEAR ? column : end - at <= NEAR ? column + 1 : null
  return { column, part: (at - start) / (end - start), border, ...rowAt(surface, point) }
}

/** The row at a point of the screen, whatever stands beside the columns. */
export function rowAt(surface: Surface, point: Point): RowHit {
  const { rows } = surface
  const { y } = onMap(surface, point)
  const row = rows[locate([...rows.map((one) => one.start), rows.at(-1)?.end ?? 0], y)]
  return row ? { row: row.key, depth: y - row.start, share: (y - row.start) / (row.end - row.start) } : { row: null, depth: 0, share: 0 }
}

/** How many of a cell's cards lie before a height: a card counts when its middle is passed. */
export function slotAt({ edge, card, gap }: Stack, count: number, depth: number): number {
  const passed = Math.ceil((depth - edge - card / 2) / (card + gap))
  return Math.max(0, Math.min(count, passed))
}

/** The height of the line between two cards of a cell, before the card number `slot`. */
export function slotLine({ edge, card, gap }: Stack, slot: number): number {
  return edge + slot * (card + gap) - gap / 2
}

/** The cells and slots a rectangle touches: stretches of columns and rows, both ends included. */
export function touched({ edges, rows }: Pick<Surface, 'edges' | 'rows'>, box: Box): { columns: number[]; rows: Band[] } {
  const [right, bottom] = [box.start + box.width, box.top + box.height]
  const columns = Array.from({ length: Math.max(edges.length - 1, 0) }, (_, at) => at)
  return {
    columns: columns.filter((at) => (edges[at] as number) < right && (edges[at + 1] as number) > box.start),
    rows: rows.filter((row) => row.start < bottom && row.end > box.top),
  }
}

/** Which cards of a stack a stretch of heights touches. */
export function slotsTouched({ edge, card, gap }: Stack, count: number, from: number, to: number): number[] {
  return Array.from({ length: count }, (_, at) => at).filter((at) => {
    const top = edge + at * (card + gap)
    return top < to && top + card > from
  })
}

/** The rectangle between two points, whichever way it was drawn. */
export function between(one: Point, two: Point): Box {
  return { start: Math.min(one.x, two.x), top: Math.min(one.y, two.y), width: Math.abs(one.x - two.x), height: Math.abs(one.y - two.y) }
}
