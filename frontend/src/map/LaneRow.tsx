import { memo, useMemo } from 'react'
import { COLLAPSED_LANE_HEIGHT, COLUMN_WIDTH, laneHeight } from '../layout/sizes'
import { gettext, ngettext } from '../lib/i18n'
import { type Id, cellKey } from '../model/records'
import { LANE_KIND_LABELS, emotionClass } from '../model/labels'
import { isLocked } from '../store/locks'
import { cardsInCell } from '../store/outline'
import { AddButton } from './AddButton'
import { Card } from './Card'
import { Cell, Row } from './Row'
import {
  useStripedStages,
  useCellIds,
  useSignalSelector,
  useEditor,
  useOutline,
  useRecord,
  useStoreSelector,
} from './hooks'
import { Icon, LockBadge, Tile } from './icons'

/** A lane and its touchpoints by step. Cards are drawn only in columns before `upTo`. */
export const LaneRow = memo(function LaneRow({ lane, upTo }: { lane: Id; upTo: number }) {
  const { state } = useEditor()
  const { columns } = useOutline()
  const stripedStages = useStripedStages()
  const { most, total } = useLaneCounts(lane)
  const isCollapsed = useSignalSelector(state.rows, (rows) => rows.collapsed.includes(lane))
  const height = isCollapsed ? COLLAPSED_LANE_HEIGHT : laneHeight(most)
  const label = useLaneName(lane)
  return (
    <Row
      row={lane}
      height={height}
      className={isCollapsed ? 'map-lane is-collapsed' : 'map-lane'}
      head={<LaneHeader lane={lane} label={label} total={total} isCollapsed={isCollapsed} />}
    >
      {columns.map(({ step, number, stage }) => (
        <LaneCell
          key={step}
          lane={lane}
          step={step}
          column={number}
          height={height}
          band={stripedStages.has(stage)}
          label={label}
          isCollapsed={isCollapsed}
          isDrawn={number < upTo}
        />
      ))}
    </Row>
  )
})

interface LaneCellProps {
  lane: Id
  step: Id
  column: number
  height: number
  band: boolean
  label: string
  isCollapsed: boolean
  isDrawn: boolean
}

const LaneCell = memo(function LaneCell({ lane, step, isCollapsed, isDrawn, ...cell }: LaneCellProps) {
  const ids = useCellIds(cellKey('touchpoint', step, lane))
  return (
    <Cell row={lane} step={step} width={COLUMN_WIDTH} isEmpty={!ids.length} isShut={isCollapsed} {...cell}>
      {!isDrawn ? null : isCollapsed ? (
        <span className="map-dots">
          {ids.map((id) => (
            <Dot key={id} id={id} />
          ))}
        </span>
      ) : (
        <Cards lane={lane} step={step} ids={ids} />
      )}
    </Cell>
  )
})

function Cards({ lane, step, ids }: { lane: Id; step: Id; ids: readonly Id[] }) {
  return (
    <>
      {ids.length > 0 && (
        <ul className="map-cards">
          {ids.map((id) => (
            <Card key={id} id={id} lane={lane} step={step} />
          ))}
        </ul>
      )}
      <AddButton row={lane} step={step} isEmpty={!ids.length} label={gettext('Add touchpoint')} />
    </>
  )
}

function Dot({ id }: { id: Id }) {
  const item = useRecord(id)
  return (
    <i
      className={`dot ${emotionClass(emotionOrNull(item?.fields['emotion']))}`}
      title={String(item?.fields['title'] ?? '')}
    />
  )
}

function LaneHeader({
  lane,
  label,
  total,
  isCollapsed,
}: {
  lane: Id
  label: string
  total: number
  isCollapsed: boolean
}) {
  const { state } = useEditor()
  const record = useRecord(lane)
  const department = useRecord(record?.fields['department'] as Id | null)
  const isPinned = useSignalSelector(state.rows, (rows) => rows.pinned.includes(lane))
  return (
    <div className="lane-head" data-item={lane} data-lane={lane} tabIndex={-1}>
      <Tile department={department} />
      <span className="grow">
        <b dir="auto">{label}</b>
        {!isCollapsed && <small>{ngettext('{n} touchpoint', '{n} touchpoints', total)}</small>}
      </span>
      {isLocked(record) && <LockBadge />}
      {isPinned && <Icon name="pin" size="sm" />}
      <button
        className="btn btn-quiet btn-sm btn-icon lane-fold"
        tabIndex={-1}
        aria-expanded={!isCollapsed}
        aria-label={
          isCollapsed ? gettext('Expand {lane}', { lane: label }) : gettext('Collapse {lane}', { lane: label })
        }
        onClick={() => state.toggleRow('collapsed', lane)}
      >
        <Icon name={isCollapsed ? 'chevron-right' : 'chevron-down'} size="sm" />
      </button>
    </div>
  )
}

export function useLaneName(lane: Id): string {
  const record = useRecord(lane)
  const department = useRecord(record?.fields['department'] as Id | null)
  return String(department?.fields['name'] ?? LANE_KIND_LABELS[String(record?.fields['kind'])] ?? '')
}

const TOUCHPOINT_TOPICS = ['moved:touchpoint']

function useLaneCounts(lane: Id): { most: number; total: number } {
  const { store } = useEditor()
  const counts = useStoreSelector(TOUCHPOINT_TOPICS, () => {
    const numbers = store.ofType('step').map((step) => cardsInCell(store, step, lane).length)
    return `${Math.max(0, ...numbers)} ${numbers.reduce((sum, n) => sum + n, 0)}`
  })
  return useMemo(() => {
    const [most = 0, total = 0] = counts.split(' ').map(Number)
    return { most, total }
  }, [counts])
}

function emotionOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
