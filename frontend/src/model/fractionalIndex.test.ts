import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keyBetween, comparePositions } from './fractionalIndex'

interface Vectors {
  between: [string | null, string | null, string][]
  sorted: string[]
}
// tests/core/test_fractional_index.py checks core/fractional_index.py against the same file.
const vectors = JSON.parse(readFileSync('../tests/core/order_vectors.json', 'utf8')) as Vectors

describe('keyBetween', () => {
  it('returns the same keys as the server', () => {
    for (const [before, after, key] of vectors.between) expect(keyBetween(before, after)).toBe(key)
  })

  it('keeps ten thousand keys sorted by bytes, then id', () => {
    const keys: string[] = []
    for (let n = 0; n < 10_000; n += 1) {
      const at = (n * 7919) % (keys.length + 1)
      keys.splice(at, 0, keyBetween(keys[at - 1] ?? null, keys[at] ?? null))
    }
    const pairs = keys.map((key, at): [string, string] => [key, String(at)])
    expect([...pairs].reverse().sort(comparePositions)).toEqual(pairs)
    expect(
      [
        ['n1', 'b'],
        ['n1', 'a'],
      ].sort((a, b) => comparePositions(a as [string, string], b as [string, string])),
    ).toEqual([
      ['n1', 'a'],
      ['n1', 'b'],
    ])
    expect(comparePositions(['n1', 'a'], ['n1', 'a'])).toBe(0)
  })

  it('rejects neighbors out of order', () => {
    expect(() => keyBetween('n5', 'n1')).toThrow(RangeError)
    expect(() => keyBetween('n5', 'n5')).toThrow('n5 does not sort before n5')
  })

  it('continues with longer keys, also at the start', () => {
    expect(keyBetween('nz', null)).toBe('o00')
    expect(keyBetween(null, 'n0')).toBe('mz')
    expect(keyBetween(null, 'm0')).toBe('lzz')
    expect(keyBetween(null, 'n0i')).toBe('n0')
    expect(keyBetween('n0', 'n2')).toBe('n1')
    expect(keyBetween('n0', 'n1')).toBe('n0i')
    expect(keyBetween('n0z', 'n1')).toBe('n0zi')
    expect(keyBetween('n0', 'n01x')).toBe('n01')
    expect(keyBetween('n0', 'n01')).toBe('n00i')
  })

  it('fails when no further key fits', () => {
    expect(() => keyBetween(`z${'z'.repeat(13)}`, null)).toThrow('No further key')
    expect(() => keyBetween(null, `a${'0'.repeat(13)}`)).toThrow('No further key')
  })
})
