import { beforeEach, describe, expect, it } from 'vitest'
import { Drafts } from '../lib/drafts'
import { UnsavedTexts, typedTexts } from './unsavedTexts'
import { MemoryJournal } from './testing/journal'

const set = (fields: object) => ({ op: 'set' as const, type: 'touchpoint', id: 'a', fields: { ...fields } })
const texts = (kept: UnsavedTexts) => kept.list.get().map((draft) => draft.text)
let kept: UnsavedTexts

const open = (user = 'ann', journal = new MemoryJournal(user)) => new UnsavedTexts(new Drafts(user), 'j', journal)

beforeEach(() => {
  localStorage.clear()
  kept = open()
})

describe('unsaved texts', () => {
  it('are those that no field on the screen shows', () => {
    const hide = kept.registerField('a title')
    const hideAgain = kept.registerField('a title')
    kept.saveDraft('a title', 'Half', 'Title')
    hide()
    expect(texts(kept)).toEqual([])
    hideAgain()
    expect(texts(kept)).toEqual(['Half'])
    kept.removeDraft('a title')
    expect(texts(kept)).toEqual([])
  })

  it('are restored with the page, in their field or for copying', () => {
    kept.saveDraft('comment a', 'Half a comment', 'Reply')
    const later = open()
    expect(texts(later)).toEqual(['Half a comment'])
    later.registerField('comment a')
    expect(texts(later)).toEqual(['Half a comment']) // of another page, not read here yet
    expect([later.getDraft('comment a'), later.getDraft('comment b')]).toEqual(['Half a comment', null])
    later.refresh()
    expect(texts(later)).toEqual([])
    later.saveDraft('comment a', 'Half a comment, and more', 'Reply')
    later.removeDraft('comment a')
    expect(texts(open())).toEqual([])
  })

  it('include those of a rejected gesture, once', () => {
    const ops = [set({ title: 'Typed', emotion: 2, channel: 'c1' }), set({ notes: 'More' })]
    expect([kept.saveTexts('Pasted 2 cards', ops), kept.saveTexts('Pasted 2 cards', ops)]).toEqual([true, true])
    expect(kept.list.get()).toMatchObject([{ label: 'Pasted 2 cards', text: 'Typed\nMore' }])
    expect(kept.saveTexts('Moved', [{ op: 'move', type: 'touchpoint', id: 'a' }])).toBe(false)
    kept.list.get().forEach((draft) => kept.discard(draft))
    expect(texts(kept)).toEqual([])
  })

  it('are removed when their field is emptied', () => {
    kept.saveDraft('f', 'text', '')
    kept.saveDraft('f', '', '')
    expect([texts(kept), kept.getDraft('f')]).toEqual([[], null])
  })

  it('notify listeners of changes only', () => {
    let events = 0
    kept.list.subscribe(() => (events += 1))
    kept.saveDraft('f', 'one', '')
    kept.refresh()
    kept.saveDraft('f', 'two', '')
    expect([events, texts(kept)]).toEqual([2, ['two']])
  })

  it('of another user are listed separately and can be deleted, but are never sent', async () => {
    const journal = new MemoryJournal('bob')
    await journal.put({ gesture: 'g', journey: 'j', label: 'Changed', at: 1, ops: [set({ title: 'Bob’s' })] })
    await journal.put({ gesture: 'u', journey: 'j', label: 'Added', at: 2, undo: 'g' })
    const others = await journal.all('j')
    const anns = new MemoryJournal('ann')
    anns.ofOtherUsers = async () => [...others]
    anns.remove = async (gesture) =>
      void others.splice(
        others.findIndex((text) => text.gesture === gesture),
        1,
      )
    new Drafts('bob').set('j', 'f', 'Bob’s draft')
    new Drafts('bob').set('another page', 'f', 'elsewhere')
    kept = open('ann', anns)
    await kept.loadOthers()
    expect(kept.others.get().map(({ label, text }) => [label, text])).toEqual([
      ['Changed', 'Bob’s'],
      ['Added', ''],
      ['', 'Bob’s draft'],
    ])
    expect(texts(kept)).toEqual([])
    kept.others.get().forEach((left) => left.discard())
    await Promise.resolve().then(() => kept.loadOthers())
    expect(kept.others.get()).toEqual([])
  })

  it('would be lost with the page without storage', async () => {
    const [journal, unstored] = [
      new MemoryJournal('ann'),
      new UnsavedTexts(new Drafts('ann', null), 'j', new MemoryJournal('ann')),
    ]
    const stored = open('ann', journal)
    expect([stored.hasUnstored(), unstored.hasUnstored()]).toEqual([false, false])
    unstored.saveDraft('f', 'text', '')
    await journal.put({ gesture: 'g', journey: 'j', label: 'L', at: 1, ops: [] })
    expect([stored.hasUnstored(), unstored.hasUnstored()]).toEqual([true, true])
  })
})

it('distinguishes typed from chosen values', () => {
  expect(typedTexts([set({ title: 'A', kind: 'pain', notes: '' }), { op: 'remove', type: 'note', id: 'n' }])).toEqual([
    'A',
  ])
})
