import { expect, it, vi } from 'vitest'
import { MemberDirectory } from './members'

const PAGE = 'https://maps.test/api/v1/members?cursor=2'
const JOINED = [
  { id: 'm1', name: 'Jan Strauß', email: 'jan@x.test' },
  { id: 'm3', name: '', email: 'new@x.test' },
]

function members(
  request = vi.fn((path: string) =>
    Promise.resolve(
      path.includes('cursor') ? { next: null, results: JOINED.slice(1) } : { next: PAGE, results: JOINED.slice(0, 1) },
    ),
  ),
) {
  return {
    ask: request,
    members: new MemberDirectory(
      [
        { id: 'm1', name: 'Jan Strauß', has_left: false },
        { id: 'm2', name: 'Old Hand', has_left: false },
      ],
      { request },
      'w',
    ),
  }
}

it('names members without a person, and looks up those who joined since', async () => {
  const { members: existing, ask } = members()
  expect([
    existing.nameOf('m1'),
    existing.nameOf('m2'),
    existing.nameOf('m3'),
    existing.nameOf('m3'),
    existing.nameOf(null),
  ]).toEqual(['Jan Strauß', 'Old Hand', 'Someone', 'Someone', 'Someone'])
  await vi.waitFor(() => expect(existing.nameOf('m3')).toBe('new@x.test'))
  expect(ask).toHaveBeenCalledTimes(2) // two pages, once
})

it('finds current members that a text mentions, even if the server does not answer', async () => {
  expect(await members().members.mentionedIds('@JAN STRAUSS, @Old Hand and @new@x.test')).toEqual(['m1', 'm3'])
  expect(await members().members.mentionedIds('\uff20jan strauß')).toEqual(['m1'])
  expect(await members(vi.fn(() => Promise.reject(new Error('away')))).members.mentionedIds('@jan strauß')).toEqual([
    'm1',
  ])
})

it('knows current and former members', async () => {
  const { members: existing } = members()
  expect([existing.isCurrent('m2'), existing.hasLeft('m2'), existing.hasLeft('nobody')]).toEqual([true, false, false])
  expect(await existing.mentionedIds('Nobody is named here.')).toEqual([])
})
