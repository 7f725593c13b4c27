import { useState } from 'react'
import type { Box } from '../layout/hit'
import type { Lift } from '../store/lift'
import { useEditor, useSignal } from './hooks'

const MOST = 40 // veils that are drawn

/** What a hand does to the map before it is done: what is lifted is veiled, where it would go is marked. */
export function DropMarks() {
  const { view } = useEditor()
  const aim = useSignal(view.aim)
  const lift = useSignal(view.lift)
  const marquee = useSignal(view.marquee)
  return (
    <div className="drop-marks" aria-hidden="true">
      {lift && lift.kind !== 'feeling' && <Veils key={lift.id} lift={lift} />}
      {aim?.marks.map((mark) => <span key={mark.as} className={`drop-${mark.as}${aim.isBarred ? ' is-barred' : ''}`} style={placed(mark)} />)}
      {marquee && <span className="marquee" style={placed(marquee)} />}
    </div>
  )
}

function Veils({ lift }: { lift: Lift }) {
  const { view } = useEditor()
  const [boxes] = useState(() => veiled(lift, view.zoom.get()))
  return <>{boxes.map((box) => <span key={`${box.start} ${box.top}`} className="lift-veil" style={placed(box)} />)}</>
}

/** Where what is lifted stood, in the map's own pixels. */
function veiled({ ids }: Lift, zoom: number): Box[] {
  const ground = document.querySelector('[data-grid]')
  if (!ground) return []
  const base = ground.getBoundingClientRect()
  const isRtl = getComputedStyle(ground).direction === 'rtl'
  return ids.slice(0, MOST).flatMap((id) => {
    const box = ground.querySelector(`[data-item="${CSS.escape(id)}"]`)?.getBoundingClientRect()
    if (!box) return []
    const start = (isRtl ? base.right - box.right : box.left - base.left) / zoom
    return [{ start, top: (box.top - base.top) / zoom, width: box.width / zoom, height: box.height / zoom }]
  })
}

function placed({ start, top, width, height }: Box): React.CSSProperties {
  return { insetInlineStart: start, insetBlockStart: top, width, height }
}
