import { expect, it } from 'vitest'
import { History } from './history'

const done = (gesture: string) => ({ gesture, label: gesture, diff: null })
const names = (history: History) => [history.undoable.get().map((one) => one.gesture), history.redoable.get().map((one) => one.gesture)]

it('undoes the last, redoes the last undone, and a new gesture ends redoing', () => {
  const history = new History()
  history.did(done('a'))
  history.did(done('b'))
  expect(history.take('undo')?.gesture).toBe('b')
  history.tookBack('undo', done('undo b'))
  expect(names(history)).toEqual([['a'], ['undo b']])
  expect(history.take('redo')?.gesture).toBe('undo b')
  history.tookBack('redo', done('redo b'))
  expect(names(history)).toEqual([['a', 'redo b'], []])
  history.take('undo')
  history.tookBack('undo', done('undo again'))
  history.did(done('c'))
  expect(names(history)).toEqual([['a', 'c'], []])
})

it('has nothing to take where there is nothing, and forgets what was refused', () => {
  const history = new History()
  expect(history.take('undo')).toBeNull()
  history.did(done('a'))
  history.recall('undo', done('before the page'))
  history.forget('a')
  history.forget('never was')
  expect(names(history)).toEqual([['before the page'], []])
})

it('takes one out of the middle where it is named', () => {
  const history = new History()
  for (const gesture of ['a', 'b', 'c']) history.did(done(gesture))
  expect(history.take('undo', 'b')?.gesture).toBe('b')
  expect(history.take('undo', 'b')).toBeNull()
  expect(names(history)).toEqual([['a', 'c'], []])
})

it('keeps two hundred', () => {
  const history = new History()
  for (let n = 0; n < 250; n += 1) history.did(done(String(n)))
  expect(history.undoable.get()).toHaveLength(200)
})
