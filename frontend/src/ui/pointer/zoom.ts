/** Zooming around the pointer: Mod with the wheel, or two fingers, which also pan. */
import { flushSync } from 'react-dom'
import type { Editor } from '../../commands/command'
import type { Point } from '../../layout/hitTest'
import { zoomAnchoredScroll } from '../../layout/scroll'
import { ZOOM_LEVELS } from '../../store/editorState'

const WHEEL_SPEED = 0.0022

export function watchZoom(editor: Editor, frame: HTMLElement): () => void {
  let pinch: { at: Point; apart: number } | null = null
  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const lines = event.deltaMode === 1 ? 16 : 1
    zoomAround(editor, frame, { x: event.clientX, y: event.clientY }, Math.exp(-event.deltaY * lines * WHEEL_SPEED))
  }
  const onTouch = (event: TouchEvent) => {
    if (event.touches.length !== 2 || editor.state.dragItem.get()) return void (pinch = null)
    if (event.cancelable) event.preventDefault()
    const next = pinchOf(event.touches)
    if (pinch && event.type === 'touchmove') {
      frame.scrollBy({ left: pinch.at.x - next.at.x, top: pinch.at.y - next.at.y, behavior: 'instant' })
      zoomAround(editor, frame, next.at, next.apart / pinch.apart)
    }
    pinch = next
  }
  const onTouchEnd = () => void (pinch = null)
  frame.addEventListener('wheel', onWheel, { passive: false })
  frame.addEventListener('touchstart', onTouch, { passive: false })
  frame.addEventListener('touchmove', onTouch, { passive: false })
  frame.addEventListener('touchend', onTouchEnd)
  frame.addEventListener('touchcancel', onTouchEnd)
  return () => {
    frame.removeEventListener('wheel', onWheel)
    frame.removeEventListener('touchstart', onTouch)
    frame.removeEventListener('touchmove', onTouch)
    frame.removeEventListener('touchend', onTouchEnd)
    frame.removeEventListener('touchcancel', onTouchEnd)
  }
}

function pinchOf(touches: TouchList): { at: Point; apart: number } {
  const [first, second] = [touches[0] as Touch, touches[1] as Touch]
  return {
    at: { x: (first.clientX + second.clientX) / 2, y: (first.clientY + second.clientY) / 2 },
    apart: Math.max(Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY), 1),
  }
}

/** Zoom by a factor while keeping the point under the pointer in place. */
function zoomAround(editor: Editor, frame: HTMLElement, { x, y }: Point, by: number): void {
  const zoom = editor.state.zoom.get()
  const next = Math.max(ZOOM_LEVELS[0] ?? 0.5, Math.min(ZOOM_LEVELS.at(-1) ?? 2, zoom * by))
  if (next === zoom) return
  const box = frame.getBoundingClientRect()
  const isRtl = getComputedStyle(frame).direction === 'rtl'
  const left = zoomAnchoredScroll(Math.abs(frame.scrollLeft), isRtl ? box.right - x : x - box.left, zoom, next)
  const top = zoomAnchoredScroll(frame.scrollTop, y - box.top, zoom, next)
  flushSync(() => editor.state.zoom.set(next))
  frame.scrollTo({ left: isRtl ? -left : left, top, behavior: 'instant' })
}
