import type { Editor } from '../../commands/command'
import type { Point } from '../../layout/hitTest'
import { edgeScrollSpeed } from '../../layout/scroll'
import { visibleArea } from './gridGeometry'

/** Scroll while the pointer is near an edge of the visible area. Return a function that stops it. */
export function startEdgeScroll(
  editor: Editor,
  frame: HTMLElement,
  pointer: () => Point,
  onScroll: () => void,
): () => void {
  let frameRequest = requestAnimationFrame(step)
  function step(): void {
    frameRequest = requestAnimationFrame(step)
    const { left, right, top, bottom } = visibleArea(editor, frame)
    const { x, y } = pointer()
    const before = [frame.scrollLeft, frame.scrollTop]
    frame.scrollBy({ left: edgeScrollSpeed(x, left, right), top: edgeScrollSpeed(y, top, bottom), behavior: 'instant' })
    if (frame.scrollLeft !== before[0] || frame.scrollTop !== before[1]) onScroll()
  }
  return () => cancelAnimationFrame(frameRequest)
}
