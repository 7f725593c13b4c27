import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type GridGeometry,
  boxBetween,
  hitTest,
  findInterval,
  toMapPoint,
  rowAt,
  slotAt,
  slotLineY,
  slotsInRange,
  cellsInBox,
} from './hitTest'

const STACK = { padding: 6, cardHeight: 50, gap: 4 }
const GEOMETRY: GridGeometry = {
  x: 20,
  y: 10,
  zoom: 1,
  isRtl: false,
  edges: [100, 200, 300, 400],
  rows: [
    { key: 'scenes', start: 80, end: 120 },
    { key: 'l1', start: 120, end: 186 },
    { key: 'l2', start: 186, end: 306 },
  ],
}
const hitAt = (x: number, y: number, geometry = GEOMETRY, clamp = false) =>
  hitTest(geometry, { x: geometry.x + x, y: geometry.y + y }, clamp)

describe('findInterval', () => {
  it('includes the first edge of an interval and excludes the last', () => {
    expect([99, 100, 199.9, 200, 399, 400].map((value) => findInterval(GEOMETRY.edges, value))).toEqual([
      -1, 0, 0, 1, 2, -1,
    ])
    expect(findInterval([], 5)).toBe(-1)
  })

  it('agrees with a linear search', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 40 }),
        fc.integer({ min: -5, max: 505 }),
        (numbers, value) => {
          const edges = numbers.sort((a, b) => a - b)
          expect(findInterval(edges, value)).toBe(
            edges.findIndex((edge, nth) => edge <= value && value < (edges[nth + 1] ?? -Infinity)),
          )
        },
      ),
    )
  })
})

describe('hitTest', () => {
  it('returns the column, the row and the position within them', () => {
    expect(hitAt(250, 153)).toEqual({
      column: 1,
      columnFraction: 0.5,
      border: null,
      row: 'l1',
      offsetY: 33,
      fraction: 0.5,
    })
  })

  it('finds no column outside the map, except when clamped', () => {
    expect(hitAt(99, 150)).toBeNull()
    expect(hitAt(401, 150)).toBeNull()
    expect(hitAt(-50, 150, GEOMETRY, true)?.column).toBe(0)
    expect(hitAt(900, 150, GEOMETRY, true)).toMatchObject({ column: 2, border: 3 })
  })

  it('finds no row between the headers or below the last', () => {
    expect(hitAt(250, 79)?.row).toBeNull()
    expect(hitAt(250, 306)?.row).toBeNull()
    expect(rowAt(GEOMETRY, { x: -999, y: 10 + 200 })).toMatchObject({ row: 'l2', offsetY: 14 })
  })

  it('reports an edge within ten pixels, including the outer edges', () => {
    expect([101, 109, 111, 189, 191, 205, 395].map((x) => hitAt(x, 150)?.border)).toEqual([0, 0, null, null, 1, 1, 3])
  })

  it('takes the zoom into account', () => {
    const surface = { ...GEOMETRY, zoom: 2 }
    expect(hitAt(500, 306, surface)).toMatchObject({ column: 1, columnFraction: 0.5, row: 'l1', offsetY: 33 })
  })

  it('measures from the right in right-to-left', () => {
    const surface = { ...GEOMETRY, x: 420, isRtl: true, zoom: 0.5 }
    expect(toMapPoint(surface, { x: 420 - 125, y: 10 })).toEqual({ x: 250, y: 0 })
    expect(hitTest(surface, { x: 420 - 125, y: 85 })).toMatchObject({ column: 1, columnFraction: 0.5, row: 'l1' })
  })
})

describe('slots', () => {
  it('are before a card until its middle is passed', () => {
    expect([0, 31, 32, 85, 86, 500].map((depth) => slotAt(STACK, 2, depth))).toEqual([0, 0, 1, 1, 2, 2])
    expect(slotAt(STACK, 0, 40)).toBe(0)
  })

  it('have their line in the middle of the gap', () => {
    expect([0, 1, 2].map((slot) => slotLineY(STACK, slot))).toEqual([4, 58, 112])
  })
})

describe('a selection rectangle', () => {
  it('is the same in whichever direction it is drawn', () => {
    expect(boxBetween({ x: 9, y: 2 }, { x: 4, y: 8 })).toEqual({ start: 4, top: 2, width: 5, height: 6 })
  })

  it('touches exactly the columns, rows and cards that it overlaps', () => {
    const result = cellsInBox(GEOMETRY, { start: 150, top: 130, width: 100, height: 60 })
    expect(result.columns).toEqual([0, 1])
    expect(result.rows.map((row) => row.key)).toEqual(['l1', 'l2'])
    expect(cellsInBox(GEOMETRY, { start: 200, top: 120, width: 100, height: 66 })).toMatchObject({
      columns: [1],
      rows: [{ key: 'l1' }],
    })
    expect(slotsInRange(STACK, 3, 57, 80)).toEqual([1])
    expect(slotsInRange(STACK, 3, 0, 5)).toEqual([])
    expect(slotsInRange(STACK, 3, 40, 130)).toEqual([0, 1, 2])
  })
})
