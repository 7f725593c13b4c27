import { afterEach, expect, it, vi } from 'vitest'
import { announceSignIn, watchSignIn } from './sign_in'

afterEach(() => vi.unstubAllGlobals())

it('is heard by the other pages of the browser, of somebody only', async () => {
  const [heard, ended] = [vi.fn(), vi.fn()]
  const end = watchSignIn(heard)
  watchSignIn(ended)()
  announceSignIn('')
  announceSignIn('ann')
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1))
  expect(ended).not.toHaveBeenCalled()
  end()
})

it('is not needed', () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  delete (globalThis as { BroadcastChannel?: unknown }).BroadcastChannel
  expect(() => {
    announceSignIn('ann')
    watchSignIn(() => undefined)()
  }).not.toThrow()
})
