import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ChangeSet } from '../model/records'
import { Mine, type Replaced } from './mine'

let tell: ReturnType<typeof vi.fn<(what: Replaced) => void>>
let mine: Mine

beforeEach(() => {
  vi.useFakeTimers()
  tell = vi.fn<(what: Replaced) => void>()
  mine = new Mine('me', tell)
})
afterEach(() => vi.useRealTimers())

const set = (who: string | null, changes: unknown, kind = 'member') => ({ actor: { kind, id: who }, changes }) as unknown as ChangeSet
const theirs = (text: string, field = 'title') => set('you', [{ op: 'set', type: 'step', id: 'a', before: {}, after: { [field]: text } }])
const wrote = (text: string, field = 'title') => mine.wrote([{ kind: 'set', id: 'a', fields: { [field]: text } }])

it('tells once of a text that somebody replaced a moment later', () => {
  wrote('Mine')
  mine.seen(theirs('Theirs'))
  mine.seen(theirs('Again'))
  expect(tell.mock.calls).toEqual([[{ id: 'a', type: 'step', field: 'title', mine: 'Mine', theirs: 'Theirs', by: 'you' }]])
})

it('knows the texts of a record it made', () => {
  mine.wrote([{ kind: 'add', item: { type: 'step', id: 'a', version: 0, fields: { title: 'Mine', quote: '' } } }, { kind: 'remove', id: 'b' }])
  mine.seen(theirs('Theirs', 'quote'))
  expect(tell).not.toHaveBeenCalled()
  mine.seen(theirs('Theirs'))
  expect(tell).toHaveBeenCalledTimes(1)
})

it('says nothing of the same words, of old ones, of what is no text, of one’s own', () => {
  wrote('Same')
  mine.seen(theirs('Same'))
  wrote('Old')
  vi.advanceTimersByTime(30_001)
  mine.seen(theirs('New'))
  wrote('n5', 'position')
  mine.seen(theirs('n6', 'position'))
  wrote('Mine')
  mine.seen(set('me', [{ op: 'set', type: 'step', id: 'a', before: {}, after: { title: 'Mine too' } }]))
  expect(tell).not.toHaveBeenCalled()
})

it('looks at changes of fields only, and at what is said to have changed', () => {
  wrote('Mine')
  mine.seen(set('you', [{ op: 'remove', type: 'step', id: 'a', before: {}, after: {} }]))
  mine.seen(set('you', null))
  expect(tell).not.toHaveBeenCalled()
})

it('knows whose set it is: of a member, and of this one', () => {
  expect([mine.isMine(set('me', [])), mine.isMine(set('you', [])), mine.isMine(set('me', [], 'token'))]).toEqual([true, false, false])
})
