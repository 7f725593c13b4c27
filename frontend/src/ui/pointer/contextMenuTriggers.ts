/** Opens the context menu: right click, 500 ms long press, Shift+F10, Menu key. */
import type { Editor } from '../../commands/command'
import { keyName } from '../../lib/keys'
import { contextMenu, openContextMenu } from '../contextMenuState'

const LONG_PRESS_MS = 500
const MOVE_TOLERANCE_PX = 8

export function watchContextMenuTriggers(editor: Editor, frame: HTMLElement): () => void {
  let timer = 0
  let start = { x: 0, y: 0 }
  let isTouch = false
  let isOpened = false // by the current touch
  const stop = () => clearTimeout(timer)
  const onPointerDown = (event: PointerEvent) => {
    stop()
    isTouch = event.pointerType === 'touch'
    const target = event.target as Element
    if (!isTouch || !event.isPrimary || target.closest('[data-editing]')) return
    isOpened = false
    start = { x: event.clientX, y: event.clientY }
    timer = window.setTimeout(() => {
      navigator.vibrate?.(8)
      isOpened = true
      openContextMenu(editor, target, start.x, start.y)
    }, LONG_PRESS_MS)
  }
  const onPointerMove = (event: PointerEvent) => {
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > MOVE_TOLERANCE_PX) stop()
  }
  const onContextMenu = (event: MouseEvent) => {
    const target = event.target as Element
    if (target.closest('[data-editing]')) return // text fields keep the browser's own menu
    event.preventDefault()
    if (!isTouch && !contextMenu.get() && !editor.state.dragItem.get())
      openContextMenu(editor, target, event.clientX, event.clientY)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as Element
    isTouch = false
    if (target.closest('[data-editing]') || !['ContextMenu', 'Shift+F10'].includes(keyName(event))) return
    event.preventDefault()
    const box = target.getBoundingClientRect()
    openContextMenu(editor, target, box.left + Math.min(24, box.width / 2), box.top + Math.min(24, box.height / 2))
  }
  // The menu is under the finger by now, so lifting the finger must not count as a tap on it.
  const onTouchEnd = (event: TouchEvent) => isOpened && event.cancelable && event.preventDefault()
  const onTouchStart = (event: TouchEvent) => event.touches.length > 1 && stop()
  frame.addEventListener('pointerdown', onPointerDown)
  frame.addEventListener('pointermove', onPointerMove)
  for (const end of ['pointerup', 'pointercancel'] as const) frame.addEventListener(end, stop)
  frame.addEventListener('touchstart', onTouchStart, { passive: true })
  frame.addEventListener('touchend', onTouchEnd, { passive: false })
  frame.addEventListener('contextmenu', onContextMenu)
  frame.addEventListener('keydown', onKeyDown)
  return () => {
    stop()
    frame.removeEventListener('pointerdown', onPointerDown)
    frame.removeEventListener('pointermove', onPointerMove)
    for (const end of ['pointerup', 'pointercancel'] as const) frame.removeEventListener(end, stop)
    frame.removeEventListener('touchstart', onTouchStart)
    frame.removeEventListener('touchend', onTouchEnd)
    frame.removeEventListener('contextmenu', onContextMenu)
    frame.removeEventListener('keydown', onKeyDown)
  }
}
