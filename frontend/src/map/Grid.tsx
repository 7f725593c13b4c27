import { type CSSProperties, useDeferredValue, useMemo, useRef } from 'react'
import { CARD, COLLAPSED, COLUMN, HEAD, PROMISE, STEP_HEAD } from '../layout/sizes'
import { lanesShown } from '../store/outline'
import { AnswersRow } from './AnswersRow'
import { DropMarks } from './DropMarks'
import { Empty } from './Empty'
import { FeelsRow } from './FeelsRow'
import { StageHeads, StepHeads } from './Heads'
import { LaneRow } from './LaneRow'
import { MeasuresRow, NotesRow, ScenesRow } from './StepRows'
import { Peers } from './Peers'
import { PromiseRows } from './PromiseRows'
import { Thread } from './Thread'
import { useBands, useDerived, useEditor, useOutline, useSignal, useWorkedOut } from './hooks'

const LANES = ['moved:lane', 'moved:touchpoint', 'every:lane', 'moved:step']

/** For the style sheet: what depends on the screen and on how one points. */
const SIZES = { '--head': `${HEAD}px`, '--card': `${CARD}px`, '--step-head': `${STEP_HEAD}px`, '--collapsed': `${COLLAPSED}px`, '--promise': `${PROMISE}px` } as CSSProperties

/** The map as a grid: time across, who meets the customer down. */
export function Grid({ title }: { title: string }) {
  const { store, view } = useEditor()
  const outline = useOutline()
  const rows = useSignal(view.rows)
  const zoom = useSignal(view.zoom)
  const seen = useWorkedOut(LANES, () => lanesShown(store, outline.lanes, rows, outline.columns).join(' '))
  const lanes = useMemo(() => seen.split(' ').filter(Boolean), [seen])
  const isEmpty = useDerived(view.cursor, (cursor) => cursor === null)
  const shown = (row: string) => !rows.hidden.includes(row)
  const ground = useRef<HTMLDivElement>(null)
  const upTo = useDeferredValue(Infinity, Math.ceil(window.innerWidth / (COLUMN * zoom))) // columns: first what is in sight, then all
  const width = HEAD + outline.columns.length * COLUMN
  return (
    <div
      ref={ground}
      id="map"
      className="map-grid"
      role="grid"
      aria-label={`Map of ${title}`}
      aria-describedby="map-help"
      aria-rowcount={lanes.length + 8}
      aria-colcount={outline.columns.length + 1}
      aria-multiselectable
      tabIndex={isEmpty ? 0 : -1}
      style={{ ...SIZES, width, zoom }}
      data-grid
    >
      <div role="rowgroup" className="map-heads">
        <StageHeads />
        <StepHeads />
      </div>
      {shown('scenes') && <ScenesRow />}
      <div role="rowgroup" className="map-lanes" aria-label="Touchpoints">
        <Thread lanes={lanes} />
        {lanes.map((lane) => <LaneRow key={lane} lane={lane} upTo={upTo} />)}
      </div>
      {shown('feels') && <FeelsRow />}
      {shown('promises') && <PromiseRows />}
      {shown('notes') && <NotesRow />}
      {shown('measures') && <MeasuresRow />}
      <Rest />
      <AnswersRow />
      <Empty />
      <Peers grid={ground} />
      <DropMarks />
    </div>
  )
}

/** What is left of a tall window: the bands go on down to the brackets. */
function Rest() {
  const { columns, stages } = useOutline()
  const bands = useBands()
  return (
    <div className="map-rest" aria-hidden="true">
      {stages.map((stage) => <span key={stage} className={bands.has(stage) ? 'map-band' : ''} style={{ width: columns.filter((column) => column.stage === stage).length * COLUMN }} />)}
    </div>
  )
}
