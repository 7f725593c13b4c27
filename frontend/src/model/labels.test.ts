import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  splitMentions,
  presenceColor,
  emotionLabel,
  initials,
  emotionClass,
  nearestLevel,
  formatMeasure,
} from './labels'

it('labels a mean with the nearest of five levels', () => {
  expect([-2, -1.5, -0.4, 0.5, 1.9, 7].map(nearestLevel)).toEqual([-2, -1, 0, 1, 2, 2])
  expect([emotionLabel(null), emotionLabel(-1.2), emotionClass(null), emotionClass(2)]).toEqual([
    'Not rated',
    'Uneasy',
    'e-none',
    'e2',
  ])
})

it('draws people like the server', () => {
  expect([initials('Mina Kato'), initials('ann@x.test'), initials('Q'), initials(' ')]).toEqual(['MK', 'AX', 'Q', '?'])
  // expected colors: zlib.crc32(name) % 8 + 1, as in pages/templatetags/person_tags.py
  expect([presenceColor('Mina Kato'), presenceColor('Marek Dvořák')]).toEqual([COLORS[0], COLORS[1]])
})

const COLORS = [6, 7]

it('formats numbers like the server, with the reader’s separator', () => {
  const announcements = [
    [4100, ''],
    [61, 'h'],
    [38, '%'],
    [12.3456, ''],
    [2_000_000, '€'],
    [1000, '%'],
  ] as const
  expect(announcements.map(([value, unit]) => formatMeasure(value, unit, 'en'))).toEqual([
    '4.1k',
    '61 h',
    '38%',
    '12.35',
    '2000000 €',
    '1k%',
  ])
  expect(announcements.map(([value, unit]) => formatMeasure(value, unit, 'de'))).toEqual([
    '4,1k',
    '61 h',
    '38%',
    '12,35',
    '2000000 €',
    '1k%',
  ])
})

interface Vectors {
  mentions: { names: string[]; text: string; written: string[] }[]
}
// tests/comments/test_mentions.py checks comments/mentions.py against the same file.
const vectors = JSON.parse(readFileSync('../tests/comments/fold_vectors.json', 'utf8')) as Vectors

it.each(vectors.mentions)('finds the mentions in “$text”', ({ names, text, written }) => {
  const parts = splitMentions(text, names)
  expect(parts.filter((_, at) => at % 2)).toEqual(written.map((name) => `@${name}`))
  expect(parts.join('')).toBe(text)
  expect(splitMentions(text, [])).toEqual([text])
})
