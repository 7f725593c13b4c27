import type { Editor } from '../../commands/command'
import type { Point } from '../../layout/hit'
import { pull } from '../../layout/scroll'
import { sightOf } from './surface'

/** Scroll while the pointer is near an edge of what is in sight; return what ends that. */
export function pulling(editor: Editor, frame: HTMLElement, at: () => Point, scrolled: () => void): () => void {
  let next = requestAnimationFrame(step)
  function step(): void {
    next = requestAnimationFrame(step)
    const { left, right, top, bottom } = sightOf(editor, frame)
    const { x, y } = at()
    const before = [frame.scrollLeft, frame.scrollTop]
    frame.scrollBy({ left: pull(x, left, right), top: pull(y, top, bottom), behavior: 'instant' })
    if (frame.scrollLeft !== before[0] || frame.scrollTop !== before[1]) scrolled()
  }
  return () => cancelAnimationFrame(next)
}
