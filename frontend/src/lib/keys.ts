/**
 * Keys by name, as commands write them: `Mod+Shift+Z`. They follow the person's own layout; where it
 * writes no Latin letters, the place of the key counts. Every handler of keys reads them here, because
 * a key that an input method is using (to choose a Japanese or Chinese word) is nobody else's.
 */
const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent)

const COMPOSITION_KEY_CODE = 229 // the key code of every key that an input method takes

type KeyEventFields = Pick<
  KeyboardEvent,
  'key' | 'code' | 'keyCode' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'
>
/** A key event of the browser, or React's around it. */
export type KeyPress = KeyEventFields | { readonly nativeEvent: KeyEventFields }

/**
 * Whether an input method is using the key. Safari ends the composition before the key comes: only the code tells
 * there.
 */
export function isComposing(event: KeyPress): boolean {
  const { isComposing, keyCode } = nativeEvent(event)
  return isComposing || keyCode === COMPOSITION_KEY_CODE
}

/** The name of the key that was pressed; none while an input method is using it. */
export function keyName(press: KeyPress): string {
  if (isComposing(press)) return ''
  const event = nativeEvent(press)
  const parts = []
  if (isMac ? event.metaKey : event.ctrlKey) parts.push('Mod')
  if (isMac && event.ctrlKey) parts.push('Ctrl')
  if (event.altKey) parts.push('Alt')
  const base = baseKeyName(event)
  // What needs Shift (`?`, `+`, on some layouts `1`) is named by itself; letters and arrows keep it.
  const isTyped = /^\d$/.test(event.key)
  if (event.shiftKey && !isTyped && (base.length > 1 || /[\p{L}\d]/u.test(base))) parts.push('Shift')
  return [...parts, base].join('+')
}

/** The text that a key types: '' for a key that types none, or is part of a shortcut or a composition. */
export function typedText(press: KeyPress): string {
  const { key, ctrlKey, metaKey, altKey } = nativeEvent(press)
  return [...key].length === 1 && !ctrlKey && !metaKey && !altKey && !isComposing(press) ? key : ''
}

function nativeEvent(event: KeyPress): KeyEventFields {
  return 'nativeEvent' in event ? event.nativeEvent : event
}

function baseKeyName({ key, code, shiftKey, altKey }: KeyEventFields): string {
  if (key === ' ') return 'Space'
  // With Shift the digits are signs, and with Alt letters are on a Mac: there the place counts.
  if (shiftKey && /^Digit\d$/.test(code) && !/^\d$/.test(key)) return code.slice(5)
  if (altKey && /^Key[A-Z]$/.test(code)) return code.slice(3)
  if (isNonLatin(key)) return LATIN_BY_CODE[code] ?? latinCharacter(code) ?? key
  return key.length === 1 ? key.toUpperCase() : key
}

/** Whether a key writes letters or digits of another script than ours: я, ζ, ז, ش, ١. Some write two at once. */
function isNonLatin(key: string): boolean {
  return /^[\p{L}\p{M}\p{Nd}]+$/u.test(key) && !/[\p{Script=Latin}\d]/u.test(key)
}

function latinCharacter(code: string): string | undefined {
  return /^(?:Key|Digit|Numpad)([A-Z\d])$/.exec(code)?.[1]
}

/** What stands on the other keys of a Latin keyboard. */
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

const KEY_SYMBOLS: Readonly<Record<string, string>> = {
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
export function keyLabels(name: string): string[] {
  const parts = name.endsWith('++') ? [...name.slice(0, -2).split('+'), '+'] : name.split('+')
  return parts.map((part) =>
    part === 'Mod'
      ? isMac
        ? '⌘'
        : 'Ctrl'
      : part === 'Alt' && isMac
        ? '⌥'
        : part === 'Shift' && isMac
          ? '⇧'
          : (KEY_SYMBOLS[part] ?? part),
  )
}
