import { expect, it, vi } from 'vitest'
import { Signal } from './signal'

it('notifies listeners of every change, and only of changes', () => {
  const signal = new Signal(1)
  const listener = vi.fn()
  const cleanup = signal.subscribe(listener)
  signal.set(1)
  signal.update((now) => now)
  expect(listener).not.toHaveBeenCalled()
  signal.set(2)
  signal.update((now) => now + 1)
  expect([signal.get(), listener.mock.calls.length]).toEqual([3, 2])
  cleanup()
  signal.set(4)
  expect(listener).toHaveBeenCalledTimes(2)
})

it('allows unsubscribing during notification', () => {
  const signal = new Signal(1)
  const calls: string[] = []
  const cleanup = signal.subscribe(() => (calls.push('first'), cleanup()))
  signal.subscribe(() => calls.push('second'))
  signal.set(2)
  signal.set(3)
  expect(calls).toEqual(['first', 'second', 'second'])
})
