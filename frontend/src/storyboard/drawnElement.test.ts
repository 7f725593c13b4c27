import { expect, it } from 'vitest'
import { KnownElements, inOrder, isNewer, toSend } from './drawnElement'

it.each([
  [2, 9, 1, 0, true],
  [1, 0, 2, 9, false],
  [1, 3, 1, 4, true], // a tie: the lower nonce
  [1, 4, 1, 4, false],
])('version %i nonce %i against version %i nonce %i wins: %s', (version, nonce, otherVersion, otherNonce, wins) => {
  const other = { id: 'a', version: otherVersion, versionNonce: otherNonce }
  expect(isNewer({ id: 'a', version, versionNonce: nonce }, other)).toBe(wins)
})

it('finds what changed since it was last known', () => {
  const known = new KnownElements()
  const [a, b] = [
    { id: 'a', version: 1, versionNonce: 1 },
    { id: 'b', version: 1, versionNonce: 1 },
  ]
  known.add([a, b])
  expect(known.changed([a, { ...b, version: 2 }, { ...a, id: 'c' }]).map(({ id }) => id)).toEqual(['b', 'c'])
})

it('rounds the points of a stroke', () => {
  const stroke = { id: 'a', version: 1, versionNonce: 1, points: [[0.123456, 7]], pressures: [0.50001] }
  expect(toSend(stroke)).toMatchObject({ points: [[0.12, 7]], pressures: [0.5] })
})

it('orders elements from the bottom to the top; those without an index are on top', () => {
  const element = (id: string, index: string | null) => ({ id, index, version: 1, versionNonce: 1 })
  const elements = [element('d', null), element('c', 'a1'), element('b', 'Zz'), element('a', 'a0V')]
  expect(inOrder(elements).map(({ id }) => id)).toEqual(['b', 'a', 'c', 'd'])
})
