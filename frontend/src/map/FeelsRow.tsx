import { memo, useMemo } from 'react'
import { areas, curves, feelings, height } from '../layout/curve'
import { COLUMN, FEELS, FEELS_MARGIN, num } from '../layout/sizes'
import { feelingWord } from '../model/words'
import { Head, Row } from './Row'
import { useBands, useDerived, useEditor, useFeelings, useOutline, useRecord, useSignal, useWorkedOut } from './hooks'
import { Face } from './marks'

const SPOKEN = ['every:step']
const QUOTE = 46
const STOPS = [[2, 0], [1, 0.28], [0, 0.5], [-1, 0.72], [-2, 1]] as const

/** How each step feels: a curve whose points can be dragged, or keyed from 1 to 5. */
export const FeelsRow = memo(function FeelsRow() {
  const { view } = useEditor()
  const { columns } = useOutline()
  const dragged = useDerived(view.aim, (aim) => (aim?.target.kind === 'feeling' ? `${aim.target.column} ${aim.target.value}` : ''))
  const bands = useBands()
  const said = useFeelings()
  // A point in the hand shows what would be felt: nothing is edited before it is dropped.
  const values = useMemo(() => {
    const [at, value] = dragged.split(' ').map(Number)
    return dragged ? said.map((one, column) => (column === at ? (value ?? null) : one)) : said
  }, [said, dragged])
  const points = useMemo(() => feelings(values), [values])
  const width = columns.length * COLUMN
  return (
    <Row row="feels" height={FEELS} className="map-feels" head={<><Head icon="smile" name="Feels" hint="mean of each step" /><Scale /></>}>
      <div className="feels-cells">
        {columns.map((column) => <div key={column.step} className={bands.has(column.stage) ? 'map-band' : ''} style={{ width: COLUMN, height: FEELS }} />)}
        <svg className="map-curve" viewBox={`0 0 ${width} ${FEELS}`} width={width} height={FEELS} aria-hidden="true">
          <defs>
            <linearGradient id="map-feel" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1={FEELS_MARGIN} y2={FEELS - FEELS_MARGIN}>
              {STOPS.map(([level, offset]) => <stop key={level} className={`feel-${level}`} offset={offset} />)}
            </linearGradient>
          </defs>
          <path className="map-neutral" d={`M0 ${FEELS / 2}H${width}`} />
          {areas(points).map((path) => <path key={path} className="area" fill="url(#map-feel)" d={path} />)}
          <Compared />
          {curves(points).map((path) => <path key={path} className="map-line" stroke="url(#map-feel)" d={path} />)}
          <Quote values={values} />
        </svg>
        {columns.map((column, at) => (
          <div key={column.step} role="gridcell" aria-colindex={at + 2}><Point step={column.step} value={values[at] ?? null} column={at} /></div>
        ))}
      </div>
    </Row>
  )
})

function Point({ step, value, column }: { step: string; value: number | null; column: number }) {
  const { view } = useEditor()
  const isCursor = useDerived(view.cursor, (cursor) => cursor?.row === 'feels' && cursor.step === step)
  const title = String(useRecord(step)?.fields['title'] ?? '')
  return (
    <div
      role="slider"
      className={`feel-point${value === null ? ' is-unsaid' : ''}`}
      style={{ insetInlineStart: (column + 0.5) * COLUMN, insetBlockStart: height(value ?? 0) }}
      aria-label={`${title}: feeling`}
      aria-valuemin={-2}
      aria-valuemax={2}
      aria-valuenow={value ?? 0}
      aria-valuetext={feelingWord(value)}
      aria-orientation="vertical"
      tabIndex={isCursor ? 0 : -1}
      data-feel={step}
      data-row="feels"
      data-step={step}
    >
      <Face value={value} size={22} />
    </div>
  )
}

/** The curve of another state of this journey (as it should be, or as it was), dashed. */
function Compared() {
  const { compared } = useEditor()
  const other = useSignal(compared)
  if (!other) return null
  return <>{curves(feelings(other.feelings)).map((path) => <path key={path} className="map-ghost" d={path} />)}</>
}

/** The customer's words at the lowest step that has a quote. */
function Quote({ values }: { values: readonly (number | null)[] }) {
  const { store } = useEditor()
  const { columns } = useOutline()
  const quotes = useWorkedOut(SPOKEN, () => JSON.stringify(columns.map((column) => store.get(column.step)?.fields['quote'] ?? '')))
  const said = (JSON.parse(quotes) as string[]).flatMap((words, at) => {
    const value = values[at]
    return typeof value === 'number' && value < 0 && words ? [{ at, value, words }] : []
  })
  const low = said.sort((one, two) => one.value - two.value)[0]
  if (!low) return null
  const isLate = low.at >= columns.length / 2
  const words = low.words.length <= QUOTE ? low.words : `${low.words.slice(0, QUOTE - 1).trimEnd()}…`
  return (
    <text className="map-quote" x={num((low.at + 0.5) * COLUMN + (isLate ? -20 : 20))} y={FEELS - 6} textAnchor={isLate ? 'end' : 'start'}>
      {`“${words}”`}
    </text>
  )
}

function Scale() {
  return (
    <span className="feels-scale" aria-hidden="true">
      {[2, 0, -2].map((value) => <Face key={value} value={value} size={13} />)}
    </span>
  )
}
