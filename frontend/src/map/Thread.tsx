import { memo, useMemo } from 'react'
import { COLLAPSED, COLUMN, HEAD, laneHeight } from '../layout/sizes'
import { type Spot, diamond, thread } from '../layout/thread'
import type { Id } from '../model/records'
import { cards } from '../store/outline'
import { ownedBy, useEditor, useOutline, useOwners, useSignal, useWorkedOut } from './hooks'

const MOVED = ['moved:touchpoint']

/** The thread through the cards, over all lanes. Where a stage is contested it turns to dots. */
export const Thread = memo(function Thread({ lanes }: { lanes: readonly Id[] }) {
  const { store, view } = useEditor()
  const { columns } = useOutline()
  const owned = useOwners()
  const rows = useSignal(view.rows)
  const cells = useWorkedOut(MOVED, () => JSON.stringify(lanes.map((lane) => columns.map((column) => cards(store, column.step, lane).length))))
  const drawn = useMemo(() => {
    const counts = JSON.parse(cells) as number[][]
    const heights = lanes.map((lane, at) => (rows.collapsed.includes(lane) ? COLLAPSED : laneHeight(Math.max(0, ...(counts[at] ?? [])))))
    const tops = heights.reduce<number[]>((all, height) => [...all, (all.at(-1) ?? 0) + height], [0])
    const spots: Spot[] = columns.flatMap((column) => {
      const contested = ownedBy(owned, column.stage).state === 'contested'
      return lanes.flatMap((lane, at) => {
        if (rows.collapsed.includes(lane)) return []
        return Array.from({ length: counts[at]?.[column.number] ?? 0 }, (_, slot) => ({ column: column.number, lane: at, slot, contested }))
      })
    })
    return { strands: thread(spots, tops), height: tops.at(-1) ?? 0 }
  }, [lanes, columns, owned, rows, cells])
  const path = (contested: boolean) => drawn.strands.filter((one) => one.contested === contested).map((one) => one.path).join('')
  const knots = (contested: boolean) => drawn.strands.flatMap((one) => (one.knot && one.contested === contested ? [diamond(one.knot)] : [])).join('')
  return (
    <svg className="map-thread" width={columns.length * COLUMN} height={drawn.height} style={{ insetInlineStart: HEAD }} aria-hidden="true">
      <path className="thread" d={path(false)} />
      <path className="thread thread-cont" d={path(true)} />
      <path className="handoff" d={knots(false)} />
      <path className="handoff handoff-cont" d={knots(true)} />
    </svg>
  )
})
