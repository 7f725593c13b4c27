import { beforeEach, describe, expect, it } from 'vitest'
import { Drafts, pageUser } from './drafts'

const DAY_MS = 24 * 60 * 60 * 1000

beforeEach(() => localStorage.clear())

const texts = (drafts: readonly { text: string }[]) => drafts.map(({ text }) => text)

describe('drafts', () => {
  it('survive the page and return to their field only', () => {
    new Drafts('ann').set('/page/', 'title', 'Half a ti', 'Title')
    const again = new Drafts('ann')
    expect(again.get('/page/', 'title')).toMatchObject({
      page: '/page/',
      field: 'title',
      text: 'Half a ti',
      label: 'Title',
    })
    expect([again.get('/page/', 'notes'), again.get('/page', 'title'), again.list('/other/')]).toEqual([null, null, []])
  })

  it('belong to a user', () => {
    new Drafts('ann').set('p', 'f', 'mine')
    const other = new Drafts('bob')
    expect([other.get('p', 'f'), other.list()]).toEqual([null, []])
    expect(texts(other.ofOtherUsers())).toEqual(['mine'])
    other.ofOtherUsers().forEach((draft) => other.discard(draft))
    expect(new Drafts('ann').list()).toEqual([])
  })

  it('are removed when saved or older than thirty days', () => {
    const drafts = new Drafts('ann')
    drafts.set('p', 'saved', 'text')
    drafts.remove('p', 'saved')
    drafts.set('p', 'old', 'text')
    expect(texts(drafts.list('p'))).toEqual(['text'])
    expect(new Drafts('ann', localStorage, () => Date.now() + 31 * DAY_MS).list()).toEqual([])
    expect(localStorage).toHaveLength(0)
  })

  it('of two tabs coexist; a continued draft replaces the older one', () => {
    const now = Date.now()
    const [firstTab, secondTab] = [
      new Drafts('ann', localStorage, () => now),
      new Drafts('ann', localStorage, () => now + 1),
    ]
    firstTab.set('p', 'f', 'from one')
    secondTab.set('p', 'f', 'from two')
    expect(texts(firstTab.list('p'))).toEqual(['from two', 'from one'])
    const later = new Drafts('ann', localStorage, () => now + 2)
    expect(later.get('p', 'f')?.text).toBe('from two')
    later.set('p', 'f', 'from two, continued')
    expect(texts(later.list('p'))).toEqual(['from two, continued', 'from one'])
    later.remove('p', 'f')
    expect(later.get('p', 'f')?.text).toBe('from one')
    later.remove('p', 'f')
    expect(later.list()).toEqual([])
  })

  it('of a field is the open one, whatever another tab typed since', () => {
    const [firstTab, secondTab] = [
      new Drafts('ann', localStorage, () => Date.now()),
      new Drafts('ann', localStorage, () => Date.now() + 1),
    ]
    firstTab.set('p', 'f', 'from one')
    secondTab.set('p', 'f', 'from two')
    expect([firstTab.get('p', 'f')?.text, firstTab.getOpen('p', 'f')?.text]).toEqual(['from one', 'from one'])
    firstTab.set('p', 'f', 'from one, and more')
    expect(texts(secondTab.list('p'))).toContain('from two')
  })

  it.each([
    ['there is no storage', () => null],
    [
      'it is full',
      () => ({
        ...emptyStorage(),
        setItem: () => {
          throw new Error('QuotaExceededError')
        },
      }),
    ],
    ['it refuses everything', () => ({ ...emptyStorage(), setItem: refuse, removeItem: refuse })],
  ])('last as long as the page where %s', (_, storage) => {
    const drafts = new Drafts('ann', storage())
    expect(drafts.set('p', 'f', 'text')).toBe(false)
    expect([texts(drafts.list('p')), drafts.hasUnstored()]).toEqual([['text'], true])
    drafts.remove('p', 'f')
    expect([drafts.list('p'), drafts.hasUnstored()]).toEqual([[], false])
  })

  it('without a user are not stored', () => {
    expect(new Drafts('').set('p', 'f', 'text')).toBe(false)
    expect(localStorage).toHaveLength(0)
  })

  it('that cannot be parsed are removed', () => {
    localStorage.setItem('cxmap-draft ann p f x', 'no JSON')
    localStorage.setItem('cxmap-draft ann p g x', '{"text": 1}')
    localStorage.setItem('another', 'stays')
    expect(new Drafts('ann').list()).toEqual([])
    expect(localStorage).toHaveLength(1)
  })
})

it('reads the user from the page', () => {
  expect(pageUser()).toBe('')
  document.documentElement.dataset['user'] = 'ann'
  expect(pageUser()).toBe('ann')
})

function refuse(): never {
  throw new Error('SecurityError')
}

function emptyStorage() {
  return { length: 0, key: () => null, getItem: () => null, setItem: () => undefined, removeItem: () => undefined }
}
