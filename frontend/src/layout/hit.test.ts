import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Surface, between, hit, locate, onMap, rowAt, slotAt, slotLine, slotsTouched, touched } from './hit'

const STACK = { edge: 6, card: 50, gap: 4 }
const SURFACE: Surface = {
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
const at = (x: number, y: number, surface = SURFACE, clamp = false) => hit(surface, { x: surface.x + x, y: surface.y + y }, clamp)

describe('locate', () => {
  it('finds the stretch, with its first edge and without its last', () => {
    expect([99, 100, 199.9, 200, 399, 400].map((value) => locate(SURFACE.edges, value))).toEqual([-1, 0, 0, 1, 2, -1])
    expect(locate([], 5)).toBe(-1)
  })

  it('agrees with looking through all of them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 40 }), fc.integer({ min: -5, max: 505 }), (numbers, value) => {
        const edges = numbers.sort((one, two) => one - two)
        expect(locate(edges, value)).toBe(edges.findIndex((edge, nth) => edge <= value && value < (edges[nth + 1] ?? -Infinity)))
      }),
    )
  })
})

describe('hit', () => {
  it('names column, row and how far into them', () => {
    expect(at(250, 153)).toEqual({ column: 1, part: 0.5, border: null, row: 'l1', depth: 33, share: 0.5 })
  })

  it('sees no column beside the map, unless the nearest is meant', () => {
    expect(at(99, 150)).toBeNull()
    expect(at(401, 150)).toBeNull()
    expect(at(-50, 150, SURFACE, true)?.column).toBe(0)
    expect(at(900, 150, SURFACE, true)).toMatchObject({ column: 2, border: 3 })
  })

  it('sees no row between the heads and below the last', () => {
    expect(at(250, 79)?.row).toBeNull()
    expect(at(250, 306)?.row).toBeNull()
    expect(rowAt(SURFACE, { x: -999, y: 10 + 200 })).toMatchObject({ row: 'l2', depth: 14 })
  })

  it('means an edge within ten pixels on either side, the outer ones too', () => {
    expect([101, 109, 111, 189, 191, 205, 395].map((x) => at(x, 150)?.border)).toEqual([0, 0, null, null, 1, 1, 3])
  })

  it('reckons with the zoom', () => {
    const surface = { ...SURFACE, zoom: 2 }
    expect(at(500, 306, surface)).toMatchObject({ column: 1, part: 0.5, row: 'l1', depth: 33 })
  })

  it('counts from the right where one reads from the right', () => {
    const surface = { ...SURFACE, x: 420, isRtl: true, zoom: 0.5 }
    expect(onMap(surface, { x: 420 - 125, y: 10 })).toEqual({ x: 250, y: 0 })
    expect(hit(surface, { x: 420 - 125, y: 85 })).toMatchObject({ column: 1, part: 0.5, row: 'l1' })
  })
})

describe('slots', () => {
  it('lie before a card until its middle is passed', () => {
    expect([0, 31, 32, 85, 86, 500].map((depth) => slotAt(STACK, 2, depth))).toEqual([0, 0, 1, 1, 2, 2])
    expect(slotAt(STACK, 0, 40)).toBe(0)
  })

  it('have their line in the middle of the gap', () => {
    expect([0, 1, 2].map((slot) => slotLine(STACK, slot))).toEqual([4, 58, 112])
  })
})

describe('a frame drawn around cards', () => {
  it('is the same whichever way it was drawn', () => {
    expect(between({ x: 9, y: 2 }, { x: 4, y: 8 })).toEqual({ start: 4, top: 2, width: 5, height: 6 })
  })

  it('touches the columns, rows and cards that it meets, and no neighbour', () => {
    const found = touched(SURFACE, { start: 150, top: 130, width: 100, height: 60 })
    expect(found.columns).toEqual([0, 1])
    expect(found.rows.map((row) => row.key)).toEqual(['l1', 'l2'])
    expect(touched(SURFACE, { start: 200, top: 120, width: 100, height: 66 })).toMatchObject({ columns: [1], rows: [{ key: 'l1' }] })
    expect(slotsTouched(STACK, 3, 57, 80)).toEqual([1])
    expect(slotsTouched(STACK, 3, 0, 5)).toEqual([])
    expect(slotsTouched(STACK, 3, 40, 130)).toEqual([0, 1, 2])
  })
})
