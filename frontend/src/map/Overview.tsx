import { memo, useEffect, useRef, useState } from 'react'
import { curves, feelings } from '../layout/curve'
import { COLUMN, FEELS, HEAD } from '../layout/sizes'
import { along, part } from '../lib/direction'
import { ownedBy, useEditor, useFeelings, useOutline, useOwners } from './hooks'

/** The whole journey in one strip: how it feels, where nobody or two answer, and what one sees. */
export const Overview = memo(function Overview() {
  const { store } = useEditor()
  const { columns, stages } = useOutline()
  const owned = useOwners()
  const values = useFeelings()
  const width = Math.max(columns.length, 1) * COLUMN
  const seen = useWindow(width)
  const strip = useRef<HTMLDivElement>(null)
  const scrollTo = (event: React.PointerEvent) => {
    const box = strip.current?.getBoundingClientRect()
    const frame = document.querySelector('[data-frame]')
    if (!box || !frame || (event.type === 'pointermove' && !event.buttons)) return
    strip.current?.setPointerCapture(event.pointerId)
    frame.scrollTo({ left: along(part(box, event.clientX) * (frame.scrollWidth - frame.clientWidth)) })
  }
  return (
    <div className="overview" ref={strip} onPointerDown={scrollTo} onPointerMove={scrollTo} aria-hidden="true">
      <svg viewBox={`0 0 ${width} ${FEELS}`} preserveAspectRatio="none">
        {curves(feelings(values)).map((path) => <path key={path} d={path} />)}
      </svg>
      {stages.map((stage) => {
        const own = columns.filter((column) => column.stage === stage)
        const state = ownedBy(owned, stage).state
        return (
          <span key={stage} dir="auto" className={`overview-stage overview-${state}`} style={{ insetInlineStart: `${((own[0]?.number ?? 0) / Math.max(columns.length, 1)) * 100}%`, width: `${(own.length / Math.max(columns.length, 1)) * 100}%` }}>
            {String(store.get(stage)?.fields['title'] ?? '')}
          </span>
        )
      })}
      <span className="overview-window" style={{ insetInlineStart: `${seen.from * 100}%`, width: `${seen.part * 100}%` }} />
    </div>
  )
})

/** Which part of the map is in sight, from 0 to 1. */
function useWindow(width: number): { from: number; part: number } {
  const [seen, setSeen] = useState({ from: 0, part: 1 })
  useEffect(() => {
    const frame = document.querySelector<HTMLElement>('[data-frame]')
    if (!frame) return
    const look = () => {
      const whole = Math.max(frame.scrollWidth - HEAD, 1)
      setSeen({ from: Math.abs(frame.scrollLeft) / whole, part: Math.min(1, (frame.clientWidth - HEAD) / whole) })
    }
    const resized = new ResizeObserver(look)
    resized.observe(frame)
    frame.addEventListener('scroll', look, { passive: true })
    look()
    return () => {
      resized.disconnect()
      frame.removeEventListener('scroll', look)
    }
  }, [width])
  return seen
}
