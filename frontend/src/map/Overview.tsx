import { memo, useEffect, useRef, useState } from 'react'
import { titleOf } from '../commands/positionText'
import { curvePaths, emotionPoints } from '../layout/emotionCurve'
import { COLUMN_WIDTH, EMOTION_ROW_HEIGHT, ROW_HEADER_WIDTH } from '../layout/sizes'
import { flipForRtl, fractionAlong } from '../lib/direction'
import { ownershipOf, useEditor, useStepEmotions, useOutline, useOwnership } from './hooks'

/** The whole journey in a strip: its emotion curve, stages by ownership state, and the visible part. */
export const Overview = memo(function Overview() {
  const editor = useEditor()
  const { columns, stages } = useOutline()
  const ownership = useOwnership()
  const values = useStepEmotions()
  const width = Math.max(columns.length, 1) * COLUMN_WIDTH
  const visible = useVisibleRange(width)
  const strip = useRef<HTMLDivElement>(null)
  const scrollTo = (event: React.PointerEvent) => {
    const box = strip.current?.getBoundingClientRect()
    const frame = document.querySelector('[data-frame]')
    if (!box || !frame || (event.type === 'pointermove' && !event.buttons)) return
    strip.current?.setPointerCapture(event.pointerId)
    frame.scrollTo({ left: flipForRtl(fractionAlong(box, event.clientX) * (frame.scrollWidth - frame.clientWidth)) })
  }
  return (
    <div className="overview" ref={strip} onPointerDown={scrollTo} onPointerMove={scrollTo} aria-hidden="true">
      <svg viewBox={`0 0 ${width} ${EMOTION_ROW_HEIGHT}`} preserveAspectRatio="none">
        {curvePaths(emotionPoints(values)).map((path) => (
          <path key={path} d={path} />
        ))}
      </svg>
      {stages.map((stage) => {
        const own = columns.filter((column) => column.stage === stage)
        const state = ownershipOf(ownership, stage).state
        return (
          <span
            key={stage}
            dir="auto"
            className={`overview-stage overview-${state}`}
            style={{
              insetInlineStart: `${((own[0]?.number ?? 0) / Math.max(columns.length, 1)) * 100}%`,
              width: `${(own.length / Math.max(columns.length, 1)) * 100}%`,
            }}
          >
            {titleOf(editor, stage)}
          </span>
        )
      })}
      <span
        className="overview-window"
        style={{ insetInlineStart: `${visible.from * 100}%`, width: `${visible.part * 100}%` }}
      />
    </div>
  )
})

/** Return which part of the map is visible, from 0 to 1. */
function useVisibleRange(width: number): { from: number; part: number } {
  const [range, setRange] = useState({ from: 0, part: 1 })
  useEffect(() => {
    const frame = document.querySelector<HTMLElement>('[data-frame]')
    if (!frame) return
    const measure = () => {
      const whole = Math.max(frame.scrollWidth - ROW_HEADER_WIDTH, 1)
      setRange({
        from: Math.abs(frame.scrollLeft) / whole,
        part: Math.min(1, (frame.clientWidth - ROW_HEADER_WIDTH) / whole),
      })
    }
    const observer = new ResizeObserver(measure)
    observer.observe(frame)
    frame.addEventListener('scroll', measure, { passive: true })
    measure()
    return () => {
      observer.disconnect()
      frame.removeEventListener('scroll', measure)
    }
  }, [width])
  return range
}
