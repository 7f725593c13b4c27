import { expect, it, vi } from 'vitest'
import { Members } from './members'

const PAGE = 'https://maps.test/api/v1/members?cursor=2'
const JOINED = [{ id: 'm1', name: 'Jan Strauß', email: 'jan@x.test' }, { id: 'm3', name: '', email: 'new@x.test' }]

function members(ask = vi.fn((path: string) => Promise.resolve(path.includes('cursor') ? { next: null, results: JOINED.slice(1) } : { next: PAGE, results: JOINED.slice(0, 1) }))) {
  return { ask, members: new Members([{ id: 'm1', name: 'Jan Strauß', has_left: false }, { id: 'm2', name: 'Old Hand', has_left: false }], { ask }, 'w') }
}

it('names members without any person in the directory, and looks up who joined since', async () => {
  const { members: known, ask } = members()
  expect([known.nameOf('m1'), known.nameOf('m2'), known.nameOf('m3'), known.nameOf('m3'), known.nameOf(null)]).toEqual(['Jan Strauß', 'Old Hand', 'Somebody', 'Somebody', 'Somebody'])
  await vi.waitFor(() => expect(known.nameOf('m3')).toBe('new@x.test'))
  expect(ask).toHaveBeenCalledTimes(2) // two pages, once
})

it('finds whom a text mentions: current members, also without an answer of the server', async () => {
  expect(await members().members.mentionedIn('@JAN STRAUSS, @Old Hand and @new@x.test')).toEqual(['m1', 'm3'])
  expect(await members().members.mentionedIn('\uff20jan strauß')).toEqual(['m1'])
  expect(await members(vi.fn(() => Promise.reject(new Error('away')))).members.mentionedIn('@jan strauß')).toEqual(['m1'])
})

it('knows who is a member, and who has left', async () => {
  const { members: known } = members()
  expect([known.isCurrent('m2'), known.hasLeft('m2'), known.hasLeft('nobody')]).toEqual([true, false, false])
  expect(await known.mentionedIn('Nobody is named here.')).toEqual([])
})
