import { expect, it } from 'vitest'
import { UndoHistory } from './undoHistory'

const entry = (gesture: string) => ({ gesture, label: gesture, diff: null })
const names = (history: UndoHistory) => [
  history.undoable.get().map((entry) => entry.gesture),
  history.redoable.get().map((entry) => entry.gesture),
]

it('undoes and redoes the last gesture; a new one clears the redo stack', () => {
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

it('is empty at first, and drops rejected gestures', () => {
  const history = new UndoHistory()
  expect(history.take('undo')).toBeNull()
  history.push(entry('a'))
  history.restoreEntry('undo', entry('before the page'))
  history.drop('a')
  history.drop('never was')
  expect(names(history)).toEqual([['before the page'], []])
})

it('takes a given gesture from the middle', () => {
  const history = new UndoHistory()
  for (const gesture of ['a', 'b', 'c']) history.push(entry(gesture))
  expect(history.take('undo', 'b')?.gesture).toBe('b')
  expect(history.take('undo', 'b')).toBeNull()
  expect(names(history)).toEqual([['a', 'c'], []])
})

it('keeps two hundred entries', () => {
  const history = new UndoHistory()
  for (let n = 0; n < 250; n += 1) history.push(entry(String(n)))
  expect(history.undoable.get()).toHaveLength(200)
})
