/** The keyboard shortcuts of Excalidraw that work in a frame. The others open hidden menus and tools. */
import { isComposing, keyName } from '../lib/keys'

const EDITING_KEYS = new Set(['Delete', 'Backspace', 'Escape', 'Enter', 'Space', '[', ']', '{', '}'])
const MOD_KEYS = new Set([
  'Z',
  'Y',
  'C',
  'X',
  'V',
  'A',
  'D',
  'G',
  '[',
  ']',
  '{',
  '}',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
])

/** Return whether Excalidraw may handle a key. Enter on a picture is excluded, because it would crop it. */
export function isPaperKey(event: KeyboardEvent, isOnImage: boolean): boolean {
  const target = event.target as HTMLElement
  if (isComposing(event) || target.matches('textarea, input, [contenteditable]')) return true
  const parts = keyName(event).split('+')
  const key = parts.at(-1) ?? ''
  const hasMod = parts.includes('Mod')
  if (parts.includes('Alt') || (key === 'Enter' && isOnImage)) return false
  if (hasMod) return MOD_KEYS.has(key) && !(key === 'V' && parts.includes('Shift'))
  return EDITING_KEYS.has(key) || key.startsWith('Arrow')
}
