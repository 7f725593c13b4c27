/** Sends the user's presence: selection, inline edit, pointer and visible part of the map. */
import type { Editor } from '../commands/command'
import { isLane } from '../commands/gridNavigation'
import { COLUMN_WIDTH, ROW_HEADER_WIDTH } from '../layout/sizes'
import { fractionAlong } from '../lib/direction'
import type { LiveSocket } from '../sync/liveSocket'

export function watchPresence(editor: Editor, live: LiveSocket, frame: HTMLElement): () => void {
  const { state, outline } = editor
  const sendSelection = () => live.sendPresence({ sel: [...state.selection.get()].slice(0, 50) })
  const sendEdit = () => {
    const editing = state.inlineEdit.get()
    live.sendPresence({ edit: editing && !editing.newRecord ? { id: editing.id, field: editing.field } : null })
  }
  const sendViewport = () => {
    const { columns } = outline.get()
    const zoom = state.zoom.get()
    const first = Math.floor(Math.abs(frame.scrollLeft) / (COLUMN_WIDTH * zoom))
    const last = Math.floor(
      (Math.abs(frame.scrollLeft) + frame.clientWidth - ROW_HEADER_WIDTH * zoom) / (COLUMN_WIDTH * zoom),
    )
    const [from, to] = [columns[first]?.step, columns[Math.min(last, columns.length - 1)]?.step]
    live.sendPresence({ view: from && to ? [from, to] : null })
  }
  const sendPointer = (event: PointerEvent) => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-cell]')
    const { row, step } = cell?.dataset ?? {}
    if (!cell || !row || !step || !isLane(editor, row)) return live.sendPresence({ cur: null })
    const box = cell.getBoundingClientRect()
    live.sendPresence({
      cur: { step, lane: row, dx: fractionAlong(box, event.clientX), dy: (event.clientY - box.top) / box.height },
    })
  }
  const clearPointer = () => live.sendPresence({ cur: null })
  frame.addEventListener('pointermove', sendPointer, { passive: true })
  frame.addEventListener('pointerleave', clearPointer)
  frame.addEventListener('scroll', sendViewport, { passive: true })
  const cleanups = [state.selection.subscribe(sendSelection), state.inlineEdit.subscribe(sendEdit)]
  sendViewport()
  return () => {
    frame.removeEventListener('pointermove', sendPointer)
    frame.removeEventListener('pointerleave', clearPointer)
    frame.removeEventListener('scroll', sendViewport)
    cleanups.forEach((cleanup) => cleanup())
  }
}
