import { afterEach, expect, it, vi } from 'vitest'
import { eventually } from './testing/eventually'
import { announceSignIn, watchSignIn } from './signIn'

afterEach(() => vi.unstubAllGlobals())

it('is received by the browser’s other pages if someone is signed in', async () => {
  const [listener, ended] = [vi.fn(), vi.fn()]
  const cleanup = watchSignIn(listener)
  watchSignIn(ended)()
  announceSignIn('')
  announceSignIn('ann')
  await eventually(() => expect(listener).toHaveBeenCalledTimes(1))
  expect(ended).not.toHaveBeenCalled()
  cleanup()
})

it('is optional', () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  delete (globalThis as { BroadcastChannel?: unknown }).BroadcastChannel
  expect(() => {
    announceSignIn('ann')
    watchSignIn(() => undefined)()
  }).not.toThrow()
})
