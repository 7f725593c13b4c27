/**
 * Keys by name, as commands write them: `Mod+Shift+Z`. They follow the person's own layout; where it
 * writes no Latin letters, the place of the key counts. Every handler of keys reads them here, because
 * a key that an input method is using (to choose a Japanese or Chinese word) is nobody else's.
 */
const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent)

const IN_COMPOSITION = 229 // the key code of every key that an input method takes

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'keyCode' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'>
/** A key event of the browser, or React's around it. */
export type KeyPress = Pressed | { readonly nativeEvent: Pressed }

/** Whether an input method is using the key. Safari ends the composition before the key comes: only the code tells there. */
export function isComposing(event: KeyPress): boolean {
  const { isComposing, keyCode } = native(event)
  return isComposing || keyCode === IN_COMPOSITION
}

/** The name of the key that was pressed; none while an input method is using it. */
export function keyOf(press: KeyPress): string {
  if (isComposing(press)) return ''
  const event = native(press)
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

/** The text that a key types: '' for a key that types none, or is part of a shortcut or a composition. */
export function textOf(press: KeyPress): string {
  const { key, ctrlKey, metaKey, altKey } = native(press)
  return [...key].length === 1 && !ctrlKey && !metaKey && !altKey && !isComposing(press) ? key : ''
}

function native(event: KeyPress): Pressed {
  return 'nativeEvent' in event ? event.nativeEvent : event
}

function baseOf({ key, code, shiftKey, altKey }: Pressed): string {
  if (key === ' ') return 'Space'
  // With Shift the digits are signs, and with Alt letters are on a Mac: there the place counts.
  if (shiftKey && /^Digit\d$/.test(code) && !/^\d$/.test(key)) return code.slice(5)
  if (altKey && /^Key[A-Z]$/.test(code)) return code.slice(3)
  if (isForeign(key)) return PLACES[code] ?? latin(code) ?? key
  return key.length === 1 ? key.toUpperCase() : key
}

/** Whether a key writes letters or digits of another script than ours: я, ζ, ז, ش, ١. Some write two at once. */
function isForeign(key: string): boolean {
  return /^[\p{L}\p{M}\p{Nd}]+$/u.test(key) && !/[\p{Script=Latin}\d]/u.test(key)
}

function latin(code: string): string | undefined {
  return /^(?:Key|Digit|Numpad)([A-Z\d])$/.exec(code)?.[1]
}

/** What stands on the other keys of a Latin keyboard. */
const PLACES: Readonly<Record<string, string>> = {
  BracketLeft: '[',
  BracketRight: ']',
  Minus: '-',
  Equal: '=',
  Semicolon: ';',
  Quote: "'",
  Comma: ',',
  Period: '.',
  Slash: '/',
  Backslash: '\\',
  Backquote: '`',
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
