/** Promises as bars from the step where they are made to the one where they are tested. */
export interface Bar {
  readonly id: string
  readonly first: number
  readonly last: number
}

/** The bars in as few rows as they fit without touching (layout.py, pack). */
export function packBars(bars: readonly Bar[]): Bar[][] {
  const rows: Bar[][] = []
  for (const bar of [...bars].sort((a, b) => a.first - b.first || a.last - b.last)) {
    const row = rows.find((each) => (each.at(-1) as Bar).last < bar.first)
    if (row) row.push(bar)
    else rows.push([bar])
  }
  return rows
}
