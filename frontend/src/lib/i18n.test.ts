import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gettext, joinList, ngettext, readerLocale, readerTimeZone } from './i18n'

describe('without a catalog', () => {
  it('returns messages in English', () => {
    expect(gettext('Save')).toBe('Save')
    expect([0, 1, 2].map((n) => ngettext('{n} card', '{n} cards', n))).toEqual(['0 cards', '1 card', '2 cards'])
  })

  it('inserts values at their placeholders, as often as they occur', () => {
    expect(gettext('Moved “{title}” to {lane}', { title: 'Sign up', lane: 'Care' })).toBe('Moved “Sign up” to Care')
    expect(gettext('{whole} or {whole}.0', { whole: 12 })).toBe('12 or 12.0')
    expect(ngettext('{name} moved {n} card', '{name} moved {n} cards', 2, { name: 'Ada' })).toBe('Ada moved 2 cards')
  })

  it('keeps a placeholder without a value, and text that looks like one in a value', () => {
    expect(gettext('Hello {name}')).toBe('Hello {name}')
    expect(gettext('{a} and {b}', { a: '{b}', b: 'b' })).toBe('{b} and b')
    expect(gettext('Costs {price}', { price: '$&' })).toBe('Costs $&')
  })
})

describe('with a catalog', () => {
  beforeEach(() => {
    globalThis.cxmapCatalog = {
      // Polish: 1; 2 to 4 except 12 to 14; all others
      plural: (n) => (n === 1 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2),
      messages: {
        Save: 'Zapisz',
        'Moved “{title}” to {lane}': 'Do {lane} przeniesiono „{title}”',
        '{n} card': ['{n} karta', '{n} karty', '{n} kart'],
        Undo: ['Cofnij'],
        '{n} stage': 'Etap',
      },
    }
  })
  afterEach(() => {
    globalThis.cxmapCatalog = undefined
  })

  it('translates, also when a language has another order', () => {
    expect(gettext('Save')).toBe('Zapisz')
    expect(gettext('Moved “{title}” to {lane}', { title: 'A', lane: 'B' })).toBe('Do B przeniesiono „A”')
  })

  it('chooses among three plural forms', () => {
    expect([1, 2, 5, 12, 22, 25].map((n) => ngettext('{n} card', '{n} cards', n))).toEqual([
      '1 karta',
      '2 karty',
      '5 kart',
      '12 kart',
      '22 karty',
      '25 kart',
    ])
  })

  it('falls back to English for a missing translation', () => {
    expect([gettext('Delete'), gettext('constructor')]).toEqual(['Delete', 'constructor'])
    expect([1, 2].map((n) => ngettext('{n} lane', '{n} lanes', n))).toEqual(['1 lane', '2 lanes'])
  })

  it('falls back to English if a message has forms in only one of catalog and source', () => {
    expect(gettext('Undo')).toBe('Undo')
    expect(ngettext('{n} stage', '{n} stages', 3)).toBe('3 stages')
  })
})

it('joins lists as the language of the page does', () => {
  expect([joinList([]), joinList(['Care']), joinList(['Care', 'Sales', 'IT'])]).toEqual(['', 'Care', 'Care, Sales, IT'])
  document.documentElement.lang = 'ja'
  expect(joinList(['一', '二'])).toBe(new Intl.ListFormat('ja', { type: 'unit', style: 'short' }).format(['一', '二']))
  expect(joinList(['一', '二'])).not.toBe('一, 二')
  document.documentElement.lang = ''
})

it('returns the language and time zone of the page, or undefined for those of the browser', () => {
  const { dataset } = document.documentElement
  expect([readerLocale(), readerTimeZone()]).toEqual([undefined, undefined])
  Object.assign(dataset, { language: 'de', timeZone: 'Asia/Tokyo' })
  expect([readerLocale(), readerTimeZone()]).toEqual(['de', 'Asia/Tokyo'])
  delete dataset['language']
  delete dataset['timeZone']
})
