import { expect, it } from 'vitest'
import { uuid7 } from './ids'

it('is a UUID version 7 with its creation time', () => {
  const id = uuid7(0x0123_4567_89ab)
  expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const made = Number.parseInt(uuid7().replace('-', '').slice(0, 12), 16)
  expect(Math.abs(Date.now() - made)).toBeLessThan(1000)
})

it('is unique, and later ones sort after', () => {
  const ids = Array.from({ length: 1000 }, (_, n) => uuid7(1_700_000_000_000 + n))
  expect(new Set(Array.from({ length: 1000 }, () => uuid7(1))).size).toBe(1000)
  expect([...ids].sort()).toEqual(ids)
})
