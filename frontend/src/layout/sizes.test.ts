import { afterEach, expect, it, vi } from 'vitest'

/** The module reads the screen once, so each screen imports it again. */
async function sizesOn(...holds: string[]) {
  vi.resetModules()
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: holds.includes(query) }))
  return await import('./sizes')
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules() // or later files would get the sizes of a touch screen
})

it('matches the server for a mouse', async () => {
  const { CARD_HEIGHT, ROW_HEADER_WIDTH, COLLAPSED_LANE_HEIGHT, laneHeight } = await sizesOn()
  expect([CARD_HEIGHT, ROW_HEADER_WIDTH, COLLAPSED_LANE_HEIGHT, laneHeight(0), laneHeight(3)]).toEqual([
    53, 154, 28, 66, 182,
  ])
})

it('is larger for touch, with a narrow header on a narrow screen', async () => {
  const { CARD_HEIGHT, ROW_HEADER_WIDTH, STEP_HEADER_HEIGHT, COLLAPSED_LANE_HEIGHT, PROMISE_ROW_HEIGHT } =
    await sizesOn('(pointer: coarse)', '(width < 48rem)')
  expect(ROW_HEADER_WIDTH).toBe(92)
  for (const size of [CARD_HEIGHT, STEP_HEADER_HEIGHT, COLLAPSED_LANE_HEIGHT, PROMISE_ROW_HEIGHT])
    expect(size).toBeGreaterThanOrEqual(44)
})
