import { memo, useMemo } from 'react'
import { COLLAPSED_LANE_HEIGHT, COLUMN_WIDTH, ROW_HEADER_WIDTH, laneHeight } from '../layout/sizes'
import { type CardPosition, diamondPath, threadSegments } from '../layout/thread'
import type { Id } from '../model/records'
import { cardsInCell } from '../store/outline'
import { ownershipOf, useEditor, useHandOffs, useOutline, useOwnership, useSignal, useStoreSelector } from './hooks'

const TOUCHPOINT_TOPICS = ['moved:touchpoint']

/**
 * The thread through the cards of all lanes. It is dotted where a stage is contested. A round knot marks a change of
 * lane, and a diamond marks a hand-off between two directors.
 */
export const Thread = memo(function Thread({ lanes }: { lanes: readonly Id[] }) {
  const { store, state } = useEditor()
  const { columns, stages } = useOutline()
  const ownership = useOwnership()
  const handOffs = useHandOffs()
  const rows = useSignal(state.rows)
  const cells = useStoreSelector(TOUCHPOINT_TOPICS, () =>
    JSON.stringify(lanes.map((lane) => columns.map((column) => cardsInCell(store, column.step, lane).length))),
  )
  const drawing = useMemo(() => {
    const counts = JSON.parse(cells) as number[][]
    const heights = lanes.map((lane, at) =>
      rows.collapsed.includes(lane) ? COLLAPSED_LANE_HEIGHT : laneHeight(Math.max(0, ...(counts[at] ?? []))),
    )
    const tops = heights.reduce<number[]>((all, height) => [...all, (all.at(-1) ?? 0) + height], [0])
    const positions: CardPosition[] = columns.flatMap((column) => {
      const contested = ownershipOf(ownership, column.stage).state === 'contested'
      return lanes.flatMap((lane, at) => {
        if (rows.collapsed.includes(lane)) return []
        return Array.from({ length: counts[at]?.[column.number] ?? 0 }, (_, slot) => ({
          column: column.number,
          lane: at,
          slot,
          contested,
        }))
      })
    })
    return { positions, segments: threadSegments(positions, tops), height: tops.at(-1) ?? 0 }
  }, [lanes, columns, ownership, rows, cells])
  const path = (contested: boolean) =>
    drawing.segments
      .filter((segment) => segment.contested === contested)
      .map((segment) => segment.path)
      .join('')
  const diamonds = drawing.segments.flatMap((segment, at) => {
    const [from, to] = [drawing.positions[at], drawing.positions[at + 1]].map(
      (position) => columns[position?.column ?? 0]?.stage ?? '',
    )
    const handOff = handOffs.get(to ?? '')
    return handOff && stages[stages.indexOf(to ?? '') - 1] === from ? [{ segment, handOff }] : []
  })
  return (
    <svg
      className="map-thread"
      width={columns.length * COLUMN_WIDTH}
      height={drawing.height}
      style={{ insetInlineStart: ROW_HEADER_WIDTH }}
      aria-hidden="true"
    >
      <path className="thread" d={path(false)} />
      <path className="thread thread-cont" d={path(true)} />
      {drawing.segments.map(({ center: [x, y], changesLane, contested }, at) =>
        changesLane ? (
          <circle key={at} className={contested ? 'knot knot-cont' : 'knot'} cx={x} cy={y} r={2.5} />
        ) : null,
      )}
      {diamonds.map(({ segment: { center, contested }, handOff: { state, isBreached } }, at) => (
        <path
          key={at}
          className={`handoff handoff-${state} ${contested ? 'handoff-cont' : ''} ${isBreached ? 'handoff-breached' : ''}`}
          d={diamondPath(center)}
        />
      ))}
    </svg>
  )
})
