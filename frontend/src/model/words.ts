/** The words of the map: what a feeling, a state, a kind is called on the screen and read out. */
export const FEELINGS: Readonly<Record<number, string>> = {
  [-2]: 'Let down',
  [-1]: 'Uneasy',
  0: 'Neutral',
  1: 'Pleased',
  2: 'Delighted',
}
export const LANE_KINDS: Readonly<Record<string, string>> = {
  customer: 'The customer alone',
  unassigned: 'Nobody has said yet',
}
export const PROMISES: Readonly<Record<string, string>> = {
  kept: 'Kept',
  at_risk: 'At risk',
  broken: 'Broken',
  unverified: 'Not verified',
}

/** The one of the five faces that a value (a mean, perhaps) is nearest to. */
export function levelOf(value: number): number {
  return Math.max(-2, Math.min(2, Math.floor(value + 0.5)))
}

export function feelingWord(value: number | null): string {
  return value === null ? 'Not said' : (FEELINGS[levelOf(value)] ?? '')
}

export function levelClass(value: number | null): string {
  return value === null ? 'e-none' : `e${levelOf(value)}`
}

export function initials(name: string): string {
  const words = name.replace('@', ' ').split(/\s+/).filter(Boolean)
  return [words[0], ...words.slice(1).slice(-1)].map((word) => word?.charAt(0) ?? '').join('').toUpperCase() || '?'
}

/** "3 touchpoints", "1 touchpoint". */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

/** A text in parts: what stands between mentions, and at each second place an `@Name`; as comments/mentions.py has it. */
export function byMentions(text: string, names: readonly string[]): string[] {
  const longestFirst = [...names].filter(Boolean).sort((one, two) => two.length - one.length).map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return longestFirst.length ? text.split(new RegExp(`(?<![\\p{L}\\p{N}_])(@(?:${longestFirst.join('|')}))(?![\\p{L}\\p{N}_])`, 'iu')) : [text]
}

/** A name's own presence colour, 1 to 8: the same as templatetags/people.py gives it. */
export function colorOf(name: string): number {
  return (crc32(new TextEncoder().encode(name)) % 8) + 1
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

/** A number as it is read at a glance, in the reader's locale: 4.1k, 61 h, 38%. As cxmap/templatetags/measures.py has it. */
export function measured(value: number, unit: string, locale?: string): string {
  const isLarge = Math.abs(value) >= 1000 && Math.abs(value) < 1_000_000
  const digits = (number: number, most: number) => number.toLocaleString(locale, { maximumSignificantDigits: most, useGrouping: false })
  const text = isLarge ? `${digits(value / 1000, 3)}k` : digits(value, 4)
  return unit === '%' ? `${text}%` : `${text} ${unit}`.trim()
}
