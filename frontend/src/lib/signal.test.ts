import { expect, it, vi } from 'vitest'
import { Signal } from './signal'

it('tells its watchers of every change, and only of changes', () => {
  const signal = new Signal(1)
  const heard = vi.fn()
  const end = signal.subscribe(heard)
  signal.set(1)
  signal.change((now) => now)
  expect(heard).not.toHaveBeenCalled()
  signal.set(2)
  signal.change((now) => now + 1)
  expect([signal.get(), heard.mock.calls.length]).toEqual([3, 2])
  end()
  signal.set(4)
  expect(heard).toHaveBeenCalledTimes(2)
})

it('may be left in the middle of being told', () => {
  const signal = new Signal(1)
  const heard: string[] = []
  const end = signal.subscribe(() => (heard.push('first'), end()))
  signal.subscribe(() => heard.push('second'))
  signal.set(2)
  signal.set(3)
  expect(heard).toEqual(['first', 'second', 'second'])
})
