/** Keys by name, as commands write them: `Mod+Shift+Z`. They follow the person's own layout. */
const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent)

/** The name of the key that was pressed. */
export function keyOf(event: KeyboardEvent): string {
  const parts = []
  if (isMac ? event.metaKey : event.ctrlKey) parts.push('Mod')
  if (isMac && event.ctrlKey) parts.push('Ctrl')
  if (event.altKey) parts.push('Alt')
  const base = baseOf(event)
  // What needs Shift (`?`, `+`, on some layouts `1`) is named by itself; letters and arrows keep it.
  const isTyped = /^\d$/.test(event.key)
  if (event.shiftKey && !isTyped && (base.length > 1 || /[\p{L}\d]/u.test(base))) parts.push('Shift')
  return [...parts, base].join('+')
}

function baseOf(event: KeyboardEvent): string {
  if (event.key === ' ') return 'Space'
  // With Shift the digits are signs, and with Alt letters are on a Mac: there the place counts.
  if (event.shiftKey && /^Digit\d$/.test(event.code) && !/^\d$/.test(event.key)) return event.code.slice(5)
  if (event.altKey && /^Key[A-Z]$/.test(event.code)) return event.code.slice(3)
  return event.key.length === 1 ? event.key.toUpperCase() : event.key
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Enter: '↵',
}

/** A key's name as this person's keyboard shows it, in parts: `['Ctrl', 'Z']`, `['⌘', 'Z']`. */
export function shownKey(name: string): string[] {
  const parts = name.endsWith('++') ? [...name.slice(0, -2).split('+'), '+'] : name.split('+')
  return parts.map((part) => (part === 'Mod' ? (isMac ? '⌘' : 'Ctrl') : part === 'Alt' && isMac ? '⌥' : part === 'Shift' && isMac ? '⇧' : (SIGNS[part] ?? part)))
}
