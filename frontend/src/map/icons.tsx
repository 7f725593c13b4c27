/** Icons, faces, avatars and tiles, as the server's templates draw them. */
import { useContext, createContext } from 'react'
import { gettext } from '../lib/i18n'
import type { Item } from '../model/records'
import { presenceColor, emotionLabel, initials, emotionClass, nearestLevel } from '../model/labels'

export const IconSheetUrl = createContext('')

/** A decorative icon. The meaning is in adjacent text or in an `aria-label`. */
export function Icon({ name, size = '' }: { name: string; size?: '' | 'sm' | 'lg' }) {
  const sheet = useContext(IconSheetUrl)
  return (
    <svg className={size ? `i i-${size}` : 'i'} aria-hidden="true">
      <use href={`${sheet}#${name}`} />
    </svg>
  )
}

/** A lock icon with the word "Locked". */
export function LockBadge() {
  return (
    <span className="lock-badge" title={gettext('Locked')}>
      <Icon name="lock" size="sm" />
      <span className="sr">{gettext('Locked')}</span>
    </span>
  )
}

const MOUTHS: Readonly<Record<number, string>> = {
  [-2]: 'M7.6 16.2q4.4-4.4 8.8 0M7 8.2l3 1.2M17 8.2l-3 1.2',
  [-1]: 'M8 15.6q4-2.2 8 0',
  0: 'M8 14.8h8',
  1: 'M8 14q4 2.4 8 0',
  2: 'M7.4 13.2q4.6 5.2 9.2 0',
}

/** The face of an emotion; an empty ring for null. Set `spoken` if no adjacent text names it. */
export function Face({ value, size = 20, spoken = false }: { value: number | null; size?: number; spoken?: boolean }) {
  const name = spoken ? { role: 'img', 'aria-label': emotionLabel(value) } : { 'aria-hidden': true }
  return (
    <svg className={`face ${emotionClass(value)}`} viewBox="0 0 24 24" width={size} height={size} {...name}>
      <circle cx="12" cy="12" r={value === null ? 9.5 : 10.2} />
      {value !== null && (
        <>
          <path d={MOUTHS[nearestLevel(value)]} />
          <circle className="eye" cx="8.8" cy="10.4" r="1.35" />
          <circle className="eye" cx="15.2" cy="10.4" r="1.35" />
        </>
      )}
    </svg>
  )
}

/** A person's initials on their color, or "?" if undefined. Decorative only. */
export function Avatar({ name, size = '' }: { name: string | undefined; size?: '' | 'sm' | 'lg' }) {
  return (
    <span className={`av av-${name ? presenceColor(name) : 'q'}${size && ` av-${size}`}`} aria-hidden="true">
      {name ? initials(name) : '?'}
    </span>
  )
}

/** A department's tile: its hue, with the channel's glyph or its own. The style sheet draws the glyph as text. */
export function Tile({ department, glyph }: { department: Item | undefined; glyph?: string }) {
  const hue = department?.fields['hue']
  const own = department?.fields['glyph']
  return <span className={hue ? `tile hue-${String(hue)}` : 'tile'} data-glyph={glyph || own || 'circle-dashed'} />
}
