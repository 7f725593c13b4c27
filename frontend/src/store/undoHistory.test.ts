import { expect, it } from 'vitest'
import { UndoHistory } from './undoHistory'

const entry = (gesture: string) => ({ gesture, label: gesture, diff: null })
const names = (history: UndoHistory) => [
  history.undoable.get().map((entry) => entry.gesture),
  history.redoable.get().map((entry) => entry.gesture),
]

it('undoes the last, redoes the last undone, and a new gesture ends redoing', () => {
  const history = new UndoHistory()
  history.push(entry('a'))
  history.push(entry('b'))
  expect(history.take('undo')?.gesture).toBe('b')
  history.pushOpposite('undo', entry('undo b'))
  expect(names(history)).toEqual([['a'], ['undo b']])
  expect(history.take('redo')?.gesture).toBe('undo b')
  history.pushOpposite('redo', entry('redo b'))
  expect(names(history)).toEqual([['a', 'redo b'], []])
  history.take('undo')
  history.pushOpposite('undo', entry('undo again'))
  history.push(entry('c'))
  expect(names(history)).toEqual([['a', 'c'], []])
})

it('has nothing to take where there is nothing, and forgets what was refused', () => {
  const history = new UndoHistory()
  expect(history.take('undo')).toBeNull()
  history.push(entry('a'))
  history.restoreEntry('undo', entry('before the page'))
  history.drop('a')
  history.drop('never was')
  expect(names(history)).toEqual([['before the page'], []])
})

it('takes one out of the middle where it is named', () => {
  const history = new UndoHistory()
  for (const gesture of ['a', 'b', 'c']) history.push(entry(gesture))
  expect(history.take('undo', 'b')?.gesture).toBe('b')
  expect(history.take('undo', 'b')).toBeNull()
  expect(names(history)).toEqual([['a', 'c'], []])
})

it('keeps two hundred', () => {
  const history = new UndoHistory()
  for (let n = 0; n < 250; n += 1) history.push(entry(String(n)))
  expect(history.undoable.get()).toHaveLength(200)
})
