/** How a map is cut into sheets of paper: from left to right, whole stages together where they fit. */
export interface PrintSheet {
  readonly from: number // the first column
  readonly to: number // the one after the last
}

/** Cut columns, given by their stages, into sheets of at most `most` columns. */
export function splitIntoSheets(stages: readonly string[], maxColumns: number): PrintSheet[] {
  const sheets: PrintSheet[] = []
  let from = 0
  while (from < stages.length) {
    const to = Math.min(from + maxColumns, stages.length)
    const start = to < stages.length ? stages.indexOf(stages[to] as string) : to
    const end = start > from ? start : to // a stage that is longer than a sheet is cut
    sheets.push({ from, to: end })
    from = end
  }
  return sheets
}

/** How much smaller the map is on paper: as high as a sheet where that can still be read, else it goes on below. */
export function printZoom(height: number, room: number): number {
  return Math.max(0.55, Math.min(0.8, room / Math.max(height, 1)))
}
