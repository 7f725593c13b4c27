import { fold, isCombiningMark } from '../lib/fold'
import { gettext, readerLocale } from '../lib/i18n'
import type { HandOff } from './handOffs'
import type { Absence, StageOwnership } from './ownership'

/** Display names for emotions, states and kinds. */
export const EMOTION_LABELS: Readonly<Record<number, string>> = {
  [-2]: gettext('Let down'),
  [-1]: gettext('Uneasy'),
  0: gettext('Neutral'),
  1: gettext('Pleased'),
  2: gettext('Delighted'),
}
export const LANE_KIND_LABELS: Readonly<Record<string, string>> = {
  customer: gettext('Customer only'),
  unassigned: gettext('Unassigned'),
}
export const PROMISE_STATUS_LABELS: Readonly<Record<string, string>> = {
  kept: gettext('Kept'),
  at_risk: gettext('At risk'),
  broken: gettext('Broken'),
  unverified: gettext('Not verified'),
}

/** Why a director is absent. The same as StageStanding.Absence in ownership/models.py. */
export const ABSENCE_LABELS = {
  left: gettext('Has left'),
  'no-login': gettext('Can’t sign in any more'),
  'no-department': gettext('Not in any department'),
} satisfies Record<Absence, string>

export const OWNERSHIP_LABELS = {
  owned: gettext('Director'),
  claimed: gettext('Claimed, not confirmed'),
  vacant: gettext('No director yet'),
  orphaned: gettext('The director is no longer available'),
  contested: gettext('Two or more claim it'),
} satisfies Record<StageOwnership['state'], string>

/** The state of the hand-off into a stage. The same as MARK_TEXTS in ownership/handoff_marks.py. */
const HAND_OFF_LABELS = {
  missing: gettext('No hand-off from the stage before'),
  unsigned: gettext('Hand-off from the stage before: not signed'),
  'half-signed': gettext('Hand-off from the stage before: signed by one director'),
  agreed: gettext('Hand-off from the stage before: signed by both directors'),
} satisfies Record<HandOff['state'], string>

export function handOffLabel({ state, isBreached }: HandOff): string {
  const text = HAND_OFF_LABELS[state]
  return isBreached ? gettext('{text}, with an unanswered breach', { text }) : text
}

/** Return the emotion level nearest to a value, which may be a mean. */
export function nearestLevel(value: number): number {
  return Math.max(-2, Math.min(2, Math.floor(value + 0.5)))
}

export function emotionLabel(value: number | null): string {
  return value === null ? gettext('Not rated') : (EMOTION_LABELS[nearestLevel(value)] ?? '')
}

export function emotionClass(value: number | null): string {
  return value === null ? 'e-none' : `e${nearestLevel(value)}`
}

export function initials(name: string): string {
  const words = name.replace('@', ' ').split(/\s+/).filter(Boolean)
  return (
    [words[0], ...words.slice(1).slice(-1)]
      .map((word) => word?.charAt(0) ?? '')
      .join('')
      .toUpperCase() || '?'
  )
}

/** Split a text at its mentions. Every second part is an `@Name`. Mirrors `split()` in comments/mentions.py. */
export function splitMentions(text: string, names: readonly string[]): string[] {
  const wanted = new Set(names.map(fold).filter(Boolean))
  const lengths = [...new Set([...wanted].map((name) => name.length))].sort((a, b) => b - a)
  const { folded, offsets } = foldWithOffsets(text)
  const endOfName = (begin: number) =>
    lengths
      .map((length) => begin + length)
      .find((end) => offsets.has(end) && !WORD_START.test(folded.slice(end)) && wanted.has(folded.slice(begin, end)))
  const parts: string[] = []
  let begin = 0
  for (let at = folded.indexOf('@'); at >= 0;) {
    const end = offsets.has(at) && !WORD_END.test(folded.slice(Math.max(0, at - 2), at)) ? endOfName(at + 1) : undefined
    if (end !== undefined) {
      parts.push(text.slice(begin, offsets.get(at)), text.slice(offsets.get(at), offsets.get(end)))
      begin = offsets.get(end) ?? begin
    }
    at = folded.indexOf('@', end ?? at + 1)
  }
  return [...parts, text.slice(begin)]
}

const WORD_START = /^[\p{L}\p{N}_]/u
const WORD_END = /[\p{L}\p{N}_]$/u

/**
 * Return the folded text and the offset of each of its characters in the original. A base character and its combining
 * marks count as one.
 */
function foldWithOffsets(text: string): { folded: string; offsets: Map<number, number> } {
  const clusters: string[] = []
  for (const char of text) {
    if (clusters.length && isCombiningMark(char)) clusters[clusters.length - 1] += char
    else clusters.push(char)
  }
  const offsets = new Map([[0, 0]])
  let [folded, length] = ['', 0]
  for (const cluster of clusters) {
    folded += fold(cluster)
    length += cluster.length
    offsets.set(folded.length, length)
  }
  return { folded, offsets }
}

/** Return the presence color of a name, 1 to 8. The same as in pages/templatetags/person_tags.py. */
export function presenceColor(name: string): number {
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

/**
 * Format a number compactly in the reader's locale: 4.1k, 61 h, 38%. The same as in pages/templatetags/measure_tags.py.
 */
export function formatMeasure(value: number, unit: string, locale = readerLocale()): string {
  const isLarge = Math.abs(value) >= 1000 && Math.abs(value) < 1_000_000
  const digits = (number: number, most: number) =>
    number.toLocaleString(locale, { maximumSignificantDigits: most, useGrouping: false })
  const text = isLarge ? `${digits(value / 1000, 3)}k` : digits(value, 4)
  return unit === '%' ? `${text}%` : `${text} ${unit}`.trim()
}
