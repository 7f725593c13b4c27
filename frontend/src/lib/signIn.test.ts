import { afterEach, expect, it, vi } from 'vitest'
import { announceSignIn, watchSignIn } from './signIn'

afterEach(() => vi.unstubAllGlobals())

it('is heard by the other pages of the browser, of somebody only', async () => {
  const [listener, ended] = [vi.fn(), vi.fn()]
  const cleanup = watchSignIn(listener)
  watchSignIn(ended)()
  announceSignIn('')
  announceSignIn('ann')
  await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(1))
  expect(ended).not.toHaveBeenCalled()
  cleanup()
})

it('is not needed', () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  delete (globalThis as { BroadcastChannel?: unknown }).BroadcastChannel
  expect(() => {
    announceSignIn('ann')
    watchSignIn(() => undefined)()
  }).not.toThrow()
})
