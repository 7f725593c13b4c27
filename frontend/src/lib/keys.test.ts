import { afterEach, describe, expect, it, vi } from 'vitest'

const LINUX = 'Mozilla/5.0 (X11; Linux x86_64)'
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'

/** The module detects the platform once, so each platform imports it again. */
async function keysOn(agent: string) {
  vi.resetModules()
  vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(agent)
  return await import('./keys')
}
/** A key event of another layout, by physical key. */
const at = (code: string, key: string, more: KeyboardEventInit = {}) => press(key, { code, ...more })
const press = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...more })

afterEach(() => vi.restoreAllMocks())

describe('keyName', () => {
  it.each<[string, KeyboardEvent]>([
    ['T', press('t')],
    ['Shift+M', press('M', { shiftKey: true })],
    ['?', press('?', { shiftKey: true, code: 'Slash' })],
    ['Space', press(' ')],
    ['Shift+ArrowLeft', press('ArrowLeft', { shiftKey: true })],
    ['Shift+1', press('!', { shiftKey: true, code: 'Digit1' })],
    ['1', press('1', { shiftKey: true, code: 'Digit1' })], // a French keyboard
    ['3', press('3', { shiftKey: true, code: 'Digit2' })],
    ['Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true })],
    ['Mod++', press('+', { ctrlKey: true })],
    ['Alt+ArrowUp', press('ArrowUp', { altKey: true })],
    ['Alt+D', press('ð', { altKey: true, code: 'KeyD' })],
    ['Alt+Enter', press('Enter', { altKey: true, code: 'Enter' })],
    ['É', press('é')],
    ['Shift+Space', press(' ', { shiftKey: true })],
    // Russian, Greek, Hebrew, Arabic, Thai, Persian: the physical position counts.
    ['Mod+Z', at('KeyZ', 'я', { ctrlKey: true })],
    ['Mod+Shift+Z', at('KeyZ', 'Я', { ctrlKey: true, shiftKey: true })],
    ['Mod+K', at('KeyK', 'л', { ctrlKey: true })],
    ['T', at('KeyT', 'е')],
    ['[', at('BracketLeft', 'х')],
    ['Mod+Z', at('KeyZ', 'ζ', { ctrlKey: true })],
    ['T', at('KeyT', 'τ')],
    ['T', at('KeyT', 'א')],
    ['Shift+M', at('KeyM', 'צ', { shiftKey: true })],
    ['Mod+Z', at('KeyZ', 'ئ', { ctrlKey: true })],
    ['B', at('KeyB', 'لا')], // one key, two letters
    ['T', at('KeyT', 'ف')],
    ['5', at('Digit5', 'ถ')],
    ['3', at('Digit3', '۳')],
    ['3', at('Numpad3', '٣')],
    // QWERTZ, AZERTY, Dvorak: the typed character counts.
    ['Mod+Z', at('KeyY', 'z', { ctrlKey: true })],
    ['Mod+Z', at('KeyW', 'z', { ctrlKey: true })],
    ['Mod+K', at('KeyV', 'k', { ctrlKey: true })],
    ['Ö', at('Semicolon', 'ö')],
    ["'", at('KeyQ', "'")],
    ['Enter', at('Enter', 'Enter')],
    ['F6', at('F6', 'F6')],
  ])('is %s', async (name, event) => expect((await keysOn(LINUX)).keyName(event)).toBe(name))

  it('is empty while an input method is using the key, also in Safari’s event order', async () => {
    const { keyName, typedText } = await keysOn(LINUX)
    for (const key of ['Enter', 'Escape', 'Tab', 'ArrowDown', 'k']) {
      for (const used of [press(key, { isComposing: true }), press(key, { keyCode: 229 })]) {
        expect([keyName(used), keyName({ nativeEvent: used }), typedText(used)]).toEqual(['', '', ''])
      }
    }
    expect([typedText(press('k')), typedText(press('k', { ctrlKey: true })), typedText(press('Enter'))]).toEqual([
      'k',
      '',
      '',
    ])
  })

  it('uses ⌘ as Mod on a Mac, where Ctrl is a separate key', async () => {
    const { keyName } = await keysOn(MAC)
    expect(keyName(press('z', { metaKey: true }))).toBe('Mod+Z')
    expect(keyName(press('z', { ctrlKey: true }))).toBe('Ctrl+Z')
  })

  it('ignores the Windows key', async () => {
    expect((await keysOn(LINUX)).keyName(press('z', { metaKey: true }))).toBe('Z')
  })
})

describe('keyLabels', () => {
  it.each([
    [LINUX, 'Mod+Shift+Z', ['Ctrl', 'Shift', 'Z']],
    [MAC, 'Mod+Shift+Z', ['⌘', '⇧', 'Z']],
    [MAC, 'Alt+ArrowUp', ['⌥', '↑']],
    [LINUX, 'Alt+ArrowUp', ['Alt', '↑']],
    [LINUX, 'Mod++', ['Ctrl', '+']],
    [LINUX, 'Enter', ['↵']],
  ])('%# %s', async (agent, name, parts) => expect((await keysOn(agent)).keyLabels(name)).toEqual(parts))
})
