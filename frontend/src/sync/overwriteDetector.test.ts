import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ChangeSet } from '../model/records'
import { OverwriteDetector, type OverwrittenText } from './overwriteDetector'

let tell: ReturnType<typeof vi.fn<(what: OverwrittenText) => void>>
let detector: OverwriteDetector

beforeEach(() => {
  vi.useFakeTimers()
  tell = vi.fn<(what: OverwrittenText) => void>()
  detector = new OverwriteDetector('me', tell)
})
afterEach(() => vi.useRealTimers())

const set = (who: string | null, changes: unknown, kind = 'member') =>
  ({ actor: { kind, id: who }, changes }) as unknown as ChangeSet
const theirs = (text: string, field = 'title') =>
  set('you', [{ op: 'set', type: 'step', id: 'a', before: {}, after: { [field]: text } }])
const noteLocal = (text: string, field = 'title') =>
  detector.noteLocal([{ kind: 'set', id: 'a', fields: { [field]: text } }])

it('reports once that someone replaced a recent text', () => {
  noteLocal('Mine')
  detector.check(theirs('Theirs'))
  detector.check(theirs('Again'))
  expect(tell.mock.calls).toEqual([
    [{ id: 'a', type: 'step', field: 'title', mine: 'Mine', theirs: 'Theirs', by: 'you' }],
  ])
})

it('includes texts of records that the user added', () => {
  detector.noteLocal([
    { kind: 'add', item: { type: 'step', id: 'a', version: 0, fields: { title: 'Mine', quote: '' } } },
    { kind: 'remove', id: 'b' },
  ])
  detector.check(theirs('Theirs', 'quote'))
  expect(tell).not.toHaveBeenCalled()
  detector.check(theirs('Theirs'))
  expect(tell).toHaveBeenCalledTimes(1)
})

it('ignores equal, old and non-text values and the user’s own changes', () => {
  noteLocal('Same')
  detector.check(theirs('Same'))
  noteLocal('Old')
  vi.advanceTimersByTime(30_001)
  detector.check(theirs('New'))
  noteLocal('n5', 'position')
  detector.check(theirs('n6', 'position'))
  noteLocal('Mine')
  detector.check(set('me', [{ op: 'set', type: 'step', id: 'a', before: {}, after: { title: 'Mine too' } }]))
  expect(tell).not.toHaveBeenCalled()
})

it('ignores added and removed records', () => {
  noteLocal('Mine')
  detector.check(set('you', [{ op: 'remove', type: 'step', id: 'a', before: {}, after: {} }]))
  detector.check(set('you', null))
  expect(tell).not.toHaveBeenCalled()
})

it('identifies the user’s own change sets', () => {
  expect([
    detector.isOwn(set('me', [])),
    detector.isOwn(set('you', [])),
    detector.isOwn(set('me', [], 'token')),
  ]).toEqual([true, false, false])
})
