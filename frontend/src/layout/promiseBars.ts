/** Promises as bars from the step where they are made to the step where they are tested. */
export interface Bar {
  readonly id: string
  readonly first: number
  readonly last: number
}

/** Return the bars in as few rows as possible without overlap. Mirrors `pack` in pages/map_layout.py. */
export function packBars(bars: readonly Bar[]): Bar[][] {
  const rows: Bar[][] = []
  for (const bar of [...bars].sort((a, b) => a.first - b.first || a.last - b.last)) {
    const row = rows.find((each) => (each.at(-1) as Bar).last < bar.first)
    if (row) row.push(bar)
    else rows.push([bar])
  }
  return rows
}
