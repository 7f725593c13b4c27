/**
 * Key names as commands use them, such as `Mod+Shift+Z`. They follow the reader's keyboard layout; where that has no
 * Latin letters, the physical position counts. Every key handler reads keys through this module, because keys that an
 * input method is using (to choose a Japanese or Chinese word) must be ignored.
 */
import { gettext } from './i18n'

const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent)

const COMPOSITION_KEY_CODE = 229 // the key code of all keys handled by an input method

type KeyEventFields = Pick<
  KeyboardEvent,
  'key' | 'code' | 'keyCode' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'
>
/** A native key event, or React's wrapper around it. */
export type KeyPress = KeyEventFields | { readonly nativeEvent: KeyEventFields }

/**
 * Return whether an input method is using the key. Safari ends the composition before the key event arrives, so there
 * only the key code tells.
 */
export function isComposing(event: KeyPress): boolean {
  const { isComposing, keyCode } = nativeEvent(event)
  return isComposing || keyCode === COMPOSITION_KEY_CODE
}

/** Return the name of the pressed key, or '' while an input method is using it. */
export function keyName(press: KeyPress): string {
  if (isComposing(press)) return ''
  const event = nativeEvent(press)
  const parts = []
  if (isMac ? event.metaKey : event.ctrlKey) parts.push('Mod')
  if (isMac && event.ctrlKey) parts.push('Ctrl')
  if (event.altKey) parts.push('Alt')
  const base = baseKeyName(event)
  // Characters that need Shift (`?`, `+`, on some layouts `1`) are named alone; letters and arrows keep the modifier.
  const isTyped = /^\d$/.test(event.key)
  if (event.shiftKey && !isTyped && (base.length > 1 || /[\p{L}\d]/u.test(base))) parts.push('Shift')
  return [...parts, base].join('+')
}

/** Return the text that a key types; '' if it types none or is part of a shortcut or a composition. */
export function typedText(press: KeyPress): string {
  const { key, ctrlKey, metaKey, altKey } = nativeEvent(press)
  return [...key].length === 1 && !ctrlKey && !metaKey && !altKey && !isComposing(press) ? key : ''
}

function nativeEvent(event: KeyPress): KeyEventFields {
  return 'nativeEvent' in event ? event.nativeEvent : event
}

function baseKeyName({ key, code, shiftKey, altKey }: KeyEventFields): string {
  if (key === ' ') return 'Space'
  // Shift turns digits into symbols, and on a Mac Alt does so with letters; the physical position counts there.
  if (shiftKey && /^Digit\d$/.test(code) && !/^\d$/.test(key)) return code.slice(5)
  if (altKey && /^Key[A-Z]$/.test(code)) return code.slice(3)
  if (isNonLatin(key)) return LATIN_BY_CODE[code] ?? latinCharacter(code) ?? key
  return key.length === 1 ? key.toUpperCase() : key
}

/** Return whether a key types letters or digits of a non-Latin script: я, ζ, ז, ش, ١. Some keys type two at once. */
function isNonLatin(key: string): boolean {
  return /^[\p{L}\p{M}\p{Nd}]+$/u.test(key) && !/[\p{Script=Latin}\d]/u.test(key)
}

function latinCharacter(code: string): string | undefined {
  return /^(?:Key|Digit|Numpad)([A-Z\d])$/.exec(code)?.[1]
}

/** The other keys of a Latin keyboard. */
const LATIN_BY_CODE: Readonly<Record<string, string>> = {
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

const KEY_LABELS: Readonly<Record<string, string>> = {
  Mod: isMac ? '⌘' : gettext('Ctrl'),
  Alt: isMac ? '⌥' : gettext('Alt'),
  Shift: isMac ? '⇧' : gettext('Shift'),
  Space: gettext('Space'),
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: gettext('Esc'),
  Delete: gettext('Del'),
  PageUp: gettext('PgUp'),
  PageDown: gettext('PgDn'),
  Enter: '↵',
}

/** Return a key's name in parts, as the reader's keyboard shows it: `['Ctrl', 'Z']`, `['⌘', 'Z']`. */
export function keyLabels(name: string): string[] {
  const parts = name.endsWith('++') ? [...name.slice(0, -2).split('+'), '+'] : name.split('+')
  return parts.map((part) => KEY_LABELS[part] ?? part)
}
