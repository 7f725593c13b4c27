import { afterEach, expect, it, vi } from 'vitest'

/** The module asks the screen once, so each screen reads it anew. */
async function sizesOn(...holds: string[]) {
  vi.resetModules()
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: holds.includes(query) }))
  return await import('./sizes')
}

afterEach(() => vi.unstubAllGlobals())

it('is as the server draws it where a mouse points', async () => {
  const { CARD, HEAD, COLLAPSED, laneHeight } = await sizesOn()
  expect([CARD, HEAD, COLLAPSED, laneHeight(0), laneHeight(3)]).toEqual([53, 154, 28, 66, 182])
})

it('has room for a finger, and a narrow head on a narrow screen', async () => {
  const { CARD, HEAD, STEP_HEAD, COLLAPSED, PROMISE } = await sizesOn('(pointer: coarse)', '(width < 48rem)')
  expect(HEAD).toBe(92)
  for (const size of [CARD, STEP_HEAD, COLLAPSED, PROMISE]) expect(size).toBeGreaterThanOrEqual(44)
})
