import { useLayoutEffect, useState } from 'react'
import type { Box } from '../layout/hit'
import { useEditor, useSignal } from './hooks'

const MOST = 40 // veils that are drawn

/** What a hand does to the map before it is done: what is lifted is veiled, where it would go is marked. */
export function DropMarks({ grid }: { grid: React.RefObject<HTMLElement | null> }) {
  const { view } = useEditor()
  const aim = useSignal(view.aim)
  const marquee = useSignal(view.marquee)
  return (
    <div className="drop-marks" aria-hidden="true">
      <Veils grid={grid} />
      {aim?.marks.map((mark) => <span key={mark.as} className={`drop-${mark.as}`} style={placed(mark)} />)}
      {marquee && <span className="marquee" style={placed(marquee)} />}
    </div>
  )
}

function Veils({ grid }: { grid: React.RefObject<HTMLElement | null> }) {
  const { view } = useEditor()
  const lift = useSignal(view.lift)
  const [boxes, setBoxes] = useState<readonly Box[]>([])
  useLayoutEffect(() => {
    const ground = grid.current
    if (!ground || !lift || lift.kind === 'feeling') return setBoxes([])
    const [base, zoom] = [ground.getBoundingClientRect(), view.zoom.get()]
    const isRtl = getComputedStyle(ground).direction === 'rtl'
    setBoxes(lift.ids.slice(0, MOST).flatMap((id) => {
      const box = ground.querySelector(`[data-item="${CSS.escape(id)}"]`)?.getBoundingClientRect()
      if (!box) return []
      const start = (isRtl ? base.right - box.right : box.left - base.left) / zoom
      return [{ start, top: (box.top - base.top) / zoom, width: box.width / zoom, height: box.height / zoom }]
    }))
  }, [grid, lift, view])
  return <>{boxes.map((box) => <span key={`${box.start} ${box.top}`} className="lift-veil" style={placed(box)} />)}</>
}

function placed({ start, top, width, height }: Box): React.CSSProperties {
  return { insetInlineStart: start, insetBlockStart: top, width, height }
}
