import { useState } from 'react'
import type { Box } from '../layout/hitTest'
import type { DragItem } from '../store/dragState'
import { useEditor, useSignal } from './hooks'

const MAX_PLACEHOLDERS = 40

/** Shows a drag before the drop: placeholders where the dragged records were, and indicators at the target. */
export function DropIndicators() {
  const { state } = useEditor()
  const preview = useSignal(state.dropPreview)
  const dragItem = useSignal(state.dragItem)
  const marquee = useSignal(state.marquee)
  return (
    <div className="drop-indicators" aria-hidden="true">
      {dragItem && dragItem.kind !== 'feeling' && <Placeholders key={dragItem.id} lift={dragItem} />}
      {preview?.indicators.map((mark) => (
        <span
          key={mark.shape}
          className={`drop-${mark.shape}${preview.isForbidden ? ' is-forbidden' : ''}`}
          style={boxStyle(mark)}
        />
      ))}
      {marquee && <span className="marquee" style={boxStyle(marquee)} />}
    </div>
  )
}

function Placeholders({ lift: dragItem }: { lift: DragItem }) {
  const { state } = useEditor()
  const [boxes] = useState(() => placeholderBoxes(dragItem, state.zoom.get()))
  return (
    <>
      {boxes.map((box) => (
        <span key={`${box.start} ${box.top}`} className="drag-placeholder" style={boxStyle(box)} />
      ))}
    </>
  )
}

/** Return the boxes of the dragged records, in the map's own pixels. */
function placeholderBoxes({ ids }: DragItem, zoom: number): Box[] {
  const grid = document.querySelector('[data-grid]')
  if (!grid) return []
  const base = grid.getBoundingClientRect()
  const isRtl = getComputedStyle(grid).direction === 'rtl'
  return ids.slice(0, MAX_PLACEHOLDERS).flatMap((id) => {
    const box = grid.querySelector(`[data-item="${CSS.escape(id)}"]`)?.getBoundingClientRect()
    if (!box) return []
    const start = (isRtl ? base.right - box.right : box.left - base.left) / zoom
    return [{ start, top: (box.top - base.top) / zoom, width: box.width / zoom, height: box.height / zoom }]
  })
}

function boxStyle({ start, top, width, height }: Box): React.CSSProperties {
  return { insetInlineStart: start, insetBlockStart: top, width, height }
}
