import { type CSSProperties, useDeferredValue, useMemo, useRef } from 'react'
import {
  CARD_HEIGHT,
  COLLAPSED_LANE_HEIGHT,
  COLUMN_WIDTH,
  ROW_HEADER_WIDTH,
  PROMISE_ROW_HEIGHT,
  STEP_HEADER_HEIGHT,
} from '../layout/sizes'
import { gettext } from '../lib/i18n'
import { visibleLanes } from '../store/outline'
import { OwnersRow } from './OwnersRow'
import { DropIndicators } from './DropIndicators'
import { EmptyState } from './EmptyState'
import { EmotionRow } from './EmotionRow'
import { StageHeaders, StepHeaders } from './GridHeaders'
import { LaneRow } from './LaneRow'
import { MeasuresRow, NotesRow, ScenesRow } from './StepDetailRows'
import { Peers } from './Peers'
import { PromiseRows } from './PromiseRows'
import { Thread } from './Thread'
import { useStripedStages, useSignalSelector, useEditor, useOutline, useSignal, useStoreSelector } from './hooks'

const LANE_TOPICS = ['moved:lane', 'moved:touchpoint', 'every:lane', 'moved:step']

/** Sizes for the style sheet that depend on the screen and the pointer type. */
const SIZES = {
  '--head': `${ROW_HEADER_WIDTH}px`,
  '--card': `${CARD_HEIGHT}px`,
  '--step-head': `${STEP_HEADER_HEIGHT}px`,
  '--collapsed': `${COLLAPSED_LANE_HEIGHT}px`,
  '--promise': `${PROMISE_ROW_HEIGHT}px`,
} as CSSProperties

/** The map as a grid: steps across, lanes and other rows down. */
export function Grid({ title }: { title: string }) {
  const { store, state } = useEditor()
  const outline = useOutline()
  const rows = useSignal(state.rows)
  const zoom = useSignal(state.zoom)
  const laneIds = useStoreSelector(LANE_TOPICS, () =>
    visibleLanes(store, outline.lanes, rows, outline.columns).join(' '),
  )
  const lanes = useMemo(() => laneIds.split(' ').filter(Boolean), [laneIds])
  const isEmpty = useSignalSelector(state.cursor, (cursor) => cursor === null)
  const shown = (row: string) => !rows.hidden.includes(row)
  const grid = useRef<HTMLDivElement>(null)
  // draws the visible columns first, then all
  const drawnColumns = useDeferredValue(Infinity, Math.ceil(window.innerWidth / (COLUMN_WIDTH * zoom)))
  const width = ROW_HEADER_WIDTH + outline.columns.length * COLUMN_WIDTH
  return (
    <div
      ref={grid}
      id="map"
      className="map-grid"
      role="grid"
      aria-label={gettext('Map of {title}', { title })}
      aria-describedby="map-help"
      aria-rowcount={lanes.length + 8}
      aria-colcount={outline.columns.length + 1}
      aria-multiselectable
      tabIndex={isEmpty ? 0 : -1}
      style={{ ...SIZES, width, zoom }}
      data-grid
    >
      <div role="rowgroup" className="map-heads">
        <StageHeaders />
        <StepHeaders />
      </div>
      {shown('scenes') && <ScenesRow />}
      <div role="rowgroup" className="map-lanes" aria-label={gettext('Touchpoints')}>
        <Thread lanes={lanes} />
        {lanes.map((lane) => (
          <LaneRow key={lane} lane={lane} upTo={drawnColumns} />
        ))}
      </div>
      {shown('emotions') && <EmotionRow />}
      {shown('promises') && <PromiseRows />}
      {shown('notes') && <NotesRow />}
      {shown('measures') && <MeasuresRow />}
      <Filler />
      <OwnersRow />
      <EmptyState />
      <Peers grid={grid} />
      <DropIndicators />
    </div>
  )
}

/** Extends the stage stripes down to the owners row in a tall window. */
function Filler() {
  const { columns, stages } = useOutline()
  const stripedStages = useStripedStages()
  return (
    <div className="map-filler" aria-hidden="true">
      {stages.map((stage) => (
        <span
          key={stage}
          className={stripedStages.has(stage) ? 'map-band' : ''}
          style={{ width: columns.filter((column) => column.stage === stage).length * COLUMN_WIDTH }}
        />
      ))}
    </div>
  )
}
