/** The ways to the menu: right button, a finger that rests 500 ms, Shift F10, the Menu key. */
import type { Editor } from '../../commands/command'
import { keyOf } from '../../lib/keys'
import { menu, openMenu } from '../menu'

const LONG = 500
const STILL = 8

export function watchPress(editor: Editor, frame: HTMLElement): () => void {
  let timer = 0
  let from = { x: 0, y: 0 }
  let isTouch = false
  let isOpened = false // by the finger that is still down
  const stop = () => clearTimeout(timer)
  const down = (event: PointerEvent) => {
    stop()
    isTouch = event.pointerType === 'touch'
    const target = event.target as Element
    if (!isTouch || !event.isPrimary || target.closest('[data-editing]')) return
    isOpened = false
    from = { x: event.clientX, y: event.clientY }
    timer = window.setTimeout(() => {
      navigator.vibrate?.(8)
      isOpened = true
      openMenu(editor, target, from.x, from.y)
    }, LONG)
  }
  const moved = (event: PointerEvent) => {
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL) stop()
  }
  const asked = (event: MouseEvent) => {
    const target = event.target as Element
    if (target.closest('[data-editing]')) return // a text keeps the browser's own menu
    event.preventDefault()
    if (!isTouch && !menu.get() && !editor.view.lift.get()) openMenu(editor, target, event.clientX, event.clientY)
  }
  const keyed = (event: KeyboardEvent) => {
    const target = event.target as Element
    isTouch = false
    if (target.closest('[data-editing]') || !['ContextMenu', 'Shift+F10'].includes(keyOf(event))) return
    event.preventDefault()
    const box = target.getBoundingClientRect()
    openMenu(editor, target, box.left + Math.min(24, box.width / 2), box.top + Math.min(24, box.height / 2))
  }
  // The finger leaves: the menu is under it by now, and that is no tap on the menu.
  const left = (event: TouchEvent) => isOpened && event.cancelable && event.preventDefault()
  const many = (event: TouchEvent) => event.touches.length > 1 && stop()
  frame.addEventListener('pointerdown', down)
  frame.addEventListener('pointermove', moved)
  for (const end of ['pointerup', 'pointercancel'] as const) frame.addEventListener(end, stop)
  frame.addEventListener('touchstart', many, { passive: true })
  frame.addEventListener('touchend', left, { passive: false })
  frame.addEventListener('contextmenu', asked)
  frame.addEventListener('keydown', keyed)
  return () => {
    stop()
    frame.removeEventListener('pointerdown', down)
    frame.removeEventListener('pointermove', moved)
    for (const end of ['pointerup', 'pointercancel'] as const) frame.removeEventListener(end, stop)
    frame.removeEventListener('touchstart', many)
    frame.removeEventListener('touchend', left)
    frame.removeEventListener('contextmenu', asked)
    frame.removeEventListener('keydown', keyed)
  }
}
