/** Tells the others where one is: what is selected and typed, where the pointer is, what is in sight. */
import type { Editor } from '../commands/command'
import { isLane } from '../commands/walk'
import { COLUMN, HEAD } from '../layout/sizes'
import { part } from '../lib/direction'
import type { Live } from '../sync/live'

export function watchPresence(editor: Editor, live: Live, frame: HTMLElement): () => void {
  const { view, order } = editor
  const selected = () => live.say({ sel: [...view.selection.get()].slice(0, 50) })
  const typed = () => {
    const editing = view.editing.get()
    live.say({ edit: editing && !editing.newRecord ? { id: editing.id, field: editing.field } : null })
  }
  const looked = () => {
    const { columns } = order.get()
    const zoom = view.zoom.get()
    const first = Math.floor(Math.abs(frame.scrollLeft) / (COLUMN * zoom))
    const last = Math.floor((Math.abs(frame.scrollLeft) + frame.clientWidth - HEAD * zoom) / (COLUMN * zoom))
    const [from, to] = [columns[first]?.step, columns[Math.min(last, columns.length - 1)]?.step]
    live.say({ view: from && to ? [from, to] : null })
  }
  const pointed = (event: PointerEvent) => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-cell]')
    const { row, step } = cell?.dataset ?? {}
    if (!cell || !row || !step || !isLane(editor, row)) return live.say({ cur: null })
    const box = cell.getBoundingClientRect()
    live.say({ cur: { step, lane: row, dx: part(box, event.clientX), dy: (event.clientY - box.top) / box.height } })
  }
  const left = () => live.say({ cur: null })
  frame.addEventListener('pointermove', pointed, { passive: true })
  frame.addEventListener('pointerleave', left)
  frame.addEventListener('scroll', looked, { passive: true })
  const ends = [view.selection.subscribe(selected), view.editing.subscribe(typed)]
  looked()
  return () => {
    frame.removeEventListener('pointermove', pointed)
    frame.removeEventListener('pointerleave', left)
    frame.removeEventListener('scroll', looked)
    ends.forEach((end) => end())
  }
}
