/** Zooming around the pointer: Mod and the wheel, or two fingers, which also push the map along. */
import { flushSync } from 'react-dom'
import type { Editor } from '../../commands/command'
import type { Point } from '../../layout/hit'
import { held } from '../../layout/scroll'
import { ZOOMS } from '../../store/view'

const SPEED = 0.0022

export function watchZoom(editor: Editor, frame: HTMLElement): () => void {
  let pinch: { at: Point; apart: number } | null = null
  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const lines = event.deltaMode === 1 ? 16 : 1
    zoomAround(editor, frame, { x: event.clientX, y: event.clientY }, Math.exp(-event.deltaY * lines * SPEED))
  }
  const touch = (event: TouchEvent) => {
    if (event.touches.length !== 2 || editor.view.lift.get()) return void (pinch = null)
    if (event.cancelable) event.preventDefault()
    const next = between(event.touches)
    if (pinch && event.type === 'touchmove') {
      frame.scrollBy({ left: pinch.at.x - next.at.x, top: pinch.at.y - next.at.y, behavior: 'instant' })
      zoomAround(editor, frame, next.at, next.apart / pinch.apart)
    }
    pinch = next
  }
  const ended = () => void (pinch = null)
  frame.addEventListener('wheel', wheel, { passive: false })
  frame.addEventListener('touchstart', touch, { passive: false })
  frame.addEventListener('touchmove', touch, { passive: false })
  frame.addEventListener('touchend', ended)
  frame.addEventListener('touchcancel', ended)
  return () => {
    frame.removeEventListener('wheel', wheel)
    frame.removeEventListener('touchstart', touch)
    frame.removeEventListener('touchmove', touch)
    frame.removeEventListener('touchend', ended)
    frame.removeEventListener('touchcancel', ended)
  }
}

function between(touches: TouchList): { at: Point; apart: number } {
  const [one, two] = [touches[0] as Touch, touches[1] as Touch]
  return {
    at: { x: (one.clientX + two.clientX) / 2, y: (one.clientY + two.clientY) / 2 },
    apart: Math.max(Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY), 1),
  }
}

/** What is under the point stays under it. */
function zoomAround(editor: Editor, frame: HTMLElement, { x, y }: Point, by: number): void {
  const zoom = editor.view.zoom.get()
  const next = Math.max(ZOOMS[0] ?? 0.5, Math.min(ZOOMS.at(-1) ?? 2, zoom * by))
  if (next === zoom) return
  const box = frame.getBoundingClientRect()
  const isRtl = getComputedStyle(frame).direction === 'rtl'
  const left = held(Math.abs(frame.scrollLeft), isRtl ? box.right - x : x - box.left, zoom, next)
  const top = held(frame.scrollTop, y - box.top, zoom, next)
  flushSync(() => editor.view.zoom.set(next))
  frame.scrollTo({ left: isRtl ? -left : left, top, behavior: 'instant' })
}
