import { expect, it, vi } from 'vitest'
import { eventually } from '../lib/testing/eventually'
import { MemberDirectory } from './members'

const FOUND: Readonly<Record<string, readonly { id: string; name: string; detail: string }[]>> = {
  JAN: [{ id: 'm1', name: 'Jan Strauß', detail: '' }],
  jan: [{ id: 'm1', name: 'Jan Strauß', detail: '' }],
  'jan strauss': [{ id: 'm1', name: 'Jan Strauß', detail: '' }],
  new: [{ id: 'm3', name: 'new@x.test', detail: '' }],
}

function answer(path: string): Promise<unknown> {
  if (path === 'members/m3') return Promise.resolve({ name: '', email: 'new@x.test' })
  if (path === 'members/m4') return Promise.resolve({ name: 'Nora', email: 'nora@x.test' })
  const { pathname, searchParams } = new URL(path, 'https://maps.test/')
  if (pathname !== '/members/search' || searchParams.get('workspace') !== 'w') return Promise.reject(new Error('gone'))
  return Promise.resolve({ results: FOUND[searchParams.get('q') ?? ''] ?? [] })
}

function members(request = vi.fn(answer)) {
  return {
    ask: request,
    members: new MemberDirectory(
      [
        { id: 'm1', name: 'Jan Strauß', has_left: false },
        { id: 'm2', name: 'Old Hand', has_left: true },
      ],
      { request },
      'w',
    ),
  }
}

it('names members without a person, and looks up those whom the page did not bring', async () => {
  const { members: existing, ask } = members()
  const names = ['m1', 'm2', 'm3', 'm3', 'm4', 'gone', null].map(existing.nameOf)
  expect(names).toEqual(['Jan Strauß', 'Old Hand', ...Array<string>(5).fill('Someone')])
  await eventually(() => expect([existing.nameOf('m3'), existing.nameOf('m4')]).toEqual(['new@x.test', 'Nora']))
  expect(ask).toHaveBeenCalledTimes(3) // once for each
})

it('finds current members that a text mentions, even if the server does not answer', async () => {
  expect(await members().members.mentionedIds('@JAN STRAUSS, @Old Hand and @new@x.test')).toEqual(['m1', 'm3'])
  expect(await members().members.mentionedIds('\uff20jan strauß')).toEqual(['m1'])
  const away = members(vi.fn(() => Promise.reject(new Error('away'))))
  expect(await away.members.mentionedIds('@jan strauß and @old hand')).toEqual(['m1'])
})

it('knows current and former members', async () => {
  const { members: existing, ask } = members()
  expect([existing.isCurrent('m1'), existing.hasLeft('m2'), existing.hasLeft('nobody')]).toEqual([true, true, false])
  ask.mockClear()
  expect([await existing.mentionedIds('Nobody is named here.'), await existing.mentionedIds('@ @')]).toEqual([[], []])
  expect(ask).not.toHaveBeenCalled()
})
