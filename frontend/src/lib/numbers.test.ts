import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readNumber, writeNumber } from './numbers'

interface Vectors {
  readonly locales: Readonly<Record<string, unknown>>
  readonly messages: Readonly<Record<string, string>>
  readonly read: readonly { text: string; value?: number | null; problem?: string; locales?: string[] }[]
  readonly written: readonly { value: number; text: string; locales?: string[] }[]
}

const vectors = JSON.parse(readFileSync('../tests/core/number_vectors.json', 'utf8')) as Vectors
const everywhere = Object.keys(vectors.locales)

describe('a typed number', () => {
  it('is parsed or rejected as in the shared vectors', () => {
    const cases = vectors.read.flatMap(({ text, value, problem, locales = everywhere }) =>
      locales.map((locale) => ({ text, locale, value, problem })),
    )
    const read = cases.map(({ text, locale }) => {
      const { value, problem } = { value: undefined, problem: undefined, ...readNumber(text, locale) }
      return { text, locale, value, problem }
    })
    expect(read).toEqual(cases)
  })

  it('is rejected with the same messages as in forms', () => {
    const announcements = ['-1.234', 'abc', '12345678901234567'].map((text) => readNumber(text, 'en-US'))
    const words = { text: '-1.234', whole: '-1234', fraction: '-1.234' }
    expect(announcements).toEqual([
      { problem: 'ambiguous', message: filled('ambiguous', words) },
      { problem: 'not_a_number', message: filled('not_a_number', { text: 'abc' }) },
      { problem: 'too_long', message: filled('too_long', { text: '12345678901234567' }) },
    ])
  })
})

describe('a stored number', () => {
  it('is formatted as in the shared vectors', () => {
    const cases = vectors.written.flatMap(({ value, text, locales = everywhere }) =>
      locales.map((locale) => ({ value, locale, text })),
    )
    expect(cases.map(({ value, locale }) => ({ value, locale, text: writeNumber(value, locale) }))).toEqual(cases)
  })

  it('can be parsed again unchanged', () => {
    const values = [0, 1, -1, 1.234, 999.999, 1000, 1234.567, 0.125, 12345.6789, 1e-7, 123456789012345]
    for (const locale of [...everywhere, 'ar-EG', 'fa-IR', 'hi-IN']) {
      expect(values.map((value) => readNumber(writeNumber(value, locale), locale))).toEqual(
        values.map((value) => ({ value })),
      )
    }
  })
})

function filled(problem: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce(
    (text, [name, word]) => text.replaceAll(`{${name}}`, word),
    vectors.messages[problem] ?? '',
  )
}
