/** Splits a map into printed sheets from left to right. Whole stages stay together where they fit. */
export interface PrintSheet {
  readonly from: number // the first column
  readonly to: number // exclusive
}

/** Split columns, given by their stages, into sheets of at most `maxColumns` columns. */
export function splitIntoSheets(stages: readonly string[], maxColumns: number): PrintSheet[] {
  const sheets: PrintSheet[] = []
  let from = 0
  while (from < stages.length) {
    const to = Math.min(from + maxColumns, stages.length)
    const start = to < stages.length ? stages.indexOf(stages[to] as string) : to
    const end = start > from ? start : to // a stage longer than a sheet is split
    sheets.push({ from, to: end })
    from = end
  }
  return sheets
}

/**
 * Return the zoom that fits the map's height on a sheet while it stays readable. A taller map continues on further
 * sheets.
 */
export function printZoom(height: number, room: number): number {
  return Math.max(0.55, Math.min(0.8, room / Math.max(height, 1)))
}
