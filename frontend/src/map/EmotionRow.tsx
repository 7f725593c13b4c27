import { memo, useMemo } from 'react'
import { areaPaths, curvePaths, emotionPoints, yForEmotion } from '../layout/emotionCurve'
import { COLUMN_WIDTH, EMOTION_ROW_HEIGHT, EMOTION_ROW_MARGIN, formatCoordinate } from '../layout/sizes'
import { gettext } from '../lib/i18n'
import { emotionLabel } from '../model/labels'
import { RowHeader, Row } from './Row'
import {
  useStripedStages,
  useSignalSelector,
  useEditor,
  useStepEmotions,
  useOutline,
  useRecord,
  useSignal,
  useStoreSelector,
} from './hooks'
import { Face } from './icons'

const QUOTE_TOPICS = ['every:step']
const MAX_QUOTE_LENGTH = 46
const GRADIENT_STOPS = [
  [2, 0],
  [1, 0.28],
  [0, 0.5],
  [-1, 0.72],
  [-2, 1],
] as const

/** The emotion of each step as a curve. Its points can be dragged, or set with the keys 1 to 5. */
export const EmotionRow = memo(function EmotionRow() {
  const { state } = useEditor()
  const { columns } = useOutline()
  const dragged = useSignalSelector(state.dropPreview, (preview) =>
    preview?.target.kind === 'feeling' ? `${preview.target.column} ${preview.target.value}` : '',
  )
  const stripedStages = useStripedStages()
  const emotions = useStepEmotions()
  // A dragged point previews its new emotion. Nothing is edited before the drop.
  const values = useMemo(() => {
    const [at, value] = dragged.split(' ').map(Number)
    return dragged ? emotions.map((emotion, column) => (column === at ? (value ?? null) : emotion)) : emotions
  }, [emotions, dragged])
  const points = useMemo(() => emotionPoints(values), [values])
  const width = columns.length * COLUMN_WIDTH
  return (
    <Row
      row="emotions"
      height={EMOTION_ROW_HEIGHT}
      className="map-emotions"
      head={
        <>
          <RowHeader icon="smile" name={gettext('Emotion')} hint={gettext('mean per step')} />
          <EmotionScale />
        </>
      }
    >
      <div className="emotion-cells">
        {columns.map((column) => (
          <div
            key={column.step}
            className={stripedStages.has(column.stage) ? 'map-band' : ''}
            style={{ width: COLUMN_WIDTH, height: EMOTION_ROW_HEIGHT }}
          />
        ))}
        <svg
          className="map-curve"
          viewBox={`0 0 ${width} ${EMOTION_ROW_HEIGHT}`}
          width={width}
          height={EMOTION_ROW_HEIGHT}
          aria-hidden="true"
        >
          <defs>
            <linearGradient
              id="map-feel"
              gradientUnits="userSpaceOnUse"
              x1="0"
              x2="0"
              y1={EMOTION_ROW_MARGIN}
              y2={EMOTION_ROW_HEIGHT - EMOTION_ROW_MARGIN}
            >
              {GRADIENT_STOPS.map(([level, offset]) => (
                <stop key={level} className={`feel-${level}`} offset={offset} />
              ))}
            </linearGradient>
          </defs>
          <path className="map-neutral" d={`M0 ${EMOTION_ROW_HEIGHT / 2}H${width}`} />
          {areaPaths(points).map((path) => (
            <path key={path} className="area" fill="url(#map-feel)" d={path} />
          ))}
          <ComparedCurve />
          {curvePaths(points).map((path) => (
            <path key={path} className="map-line" stroke="url(#map-feel)" d={path} />
          ))}
          <LowestQuote values={values} />
        </svg>
        {columns.map((column, at) => (
          <div key={column.step} role="gridcell" aria-colindex={at + 2}>
            <EmotionSlider step={column.step} value={values[at] ?? null} column={at} />
          </div>
        ))}
      </div>
    </Row>
  )
})

function EmotionSlider({ step, value, column }: { step: string; value: number | null; column: number }) {
  const { state } = useEditor()
  const isCursor = useSignalSelector(state.cursor, (cursor) => cursor?.row === 'emotions' && cursor.step === step)
  const title = String(useRecord(step)?.fields['title'] ?? '')
  return (
    <div
      role="slider"
      className={`emotion-point${value === null ? ' is-unrated' : ''}`}
      style={{ insetInlineStart: (column + 0.5) * COLUMN_WIDTH, insetBlockStart: yForEmotion(value ?? 0) }}
      aria-label={gettext('{title}: emotion', { title })}
      aria-valuemin={-2}
      aria-valuemax={2}
      aria-valuenow={value ?? 0}
      aria-valuetext={emotionLabel(value)}
      aria-orientation="vertical"
      tabIndex={isCursor ? 0 : -1}
      data-emotion-point={step}
      data-row="emotions"
      data-step={step}
    >
      <Face value={value} size={22} />
    </div>
  )
}

/** The emotion curve of the journey or version that the map is compared with, dashed. */
function ComparedCurve() {
  const { comparison } = useEditor()
  const other = useSignal(comparison)
  if (!other) return null
  return (
    <>
      {curvePaths(emotionPoints(other.emotions)).map((path) => (
        <path key={path} className="map-compared" d={path} />
      ))}
    </>
  )
}

/** The customer quote at the lowest step that has one. */
function LowestQuote({ values }: { values: readonly (number | null)[] }) {
  const { store } = useEditor()
  const { columns } = useOutline()
  const quotes = useStoreSelector(QUOTE_TOPICS, () =>
    JSON.stringify(columns.map((column) => store.get(column.step)?.fields['quote'] ?? '')),
  )
  const candidates = (JSON.parse(quotes) as string[]).flatMap((words, at) => {
    const value = values[at]
    return typeof value === 'number' && value < 0 && words ? [{ at, value, words }] : []
  })
  const lowest = candidates.sort((a, b) => a.value - b.value)[0]
  if (!lowest) return null
  const isLate = lowest.at >= columns.length / 2
  const words =
    lowest.words.length <= MAX_QUOTE_LENGTH ? lowest.words : `${lowest.words.slice(0, MAX_QUOTE_LENGTH - 1).trimEnd()}…`
  return (
    <text
      className="map-quote"
      x={formatCoordinate((lowest.at + 0.5) * COLUMN_WIDTH + (isLate ? -20 : 20))}
      y={EMOTION_ROW_HEIGHT - 6}
      textAnchor={isLate ? 'end' : 'start'}
    >
      {`“${words}”`}
    </text>
  )
}

function EmotionScale() {
  return (
    <span className="emotion-scale" aria-hidden="true">
      {[2, 0, -2].map((value) => (
        <Face key={value} value={value} size={13} />
      ))}
    </span>
  )
}
