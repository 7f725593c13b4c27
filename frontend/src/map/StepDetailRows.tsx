import { type ReactNode, memo } from 'react'
import { COLUMN_WIDTH, EMPTY_SCENE_HEIGHT, SCENE_HEIGHT, STACK_LAYOUTS, stackHeight } from '../layout/sizes'
import { gettext } from '../lib/i18n'
import { type Id, type Item, cellKey } from '../model/records'
import { formatMeasure } from '../model/labels'
import type { Column } from '../store/outline'
import { AddButton } from './AddButton'
import { FrameImage } from './FrameImage'
import { InlineText } from './InlineText'
import { Cell, RowHeader, Row } from './Row'
import {
  buttonProps,
  useStripedStages,
  useCellIds,
  useSignalSelector,
  useEditor,
  useOutline,
  useRecord,
  useStoreSelector,
} from './hooks'
import { Icon } from './icons'

/** Renders a record of a row, or the inline edit of its text. */
type RenderItem = (item: Item, isEdited: boolean) => ReactNode

const FRAME_TOPICS = ['type:frame']

/** The storyboard: the first frame of each step, with an empty placeholder until one is added. */
export const ScenesRow = memo(function ScenesRow() {
  const { store } = useEditor()
  const { columns } = useOutline()
  const stripedStages = useStripedStages()
  const height = useStoreSelector(FRAME_TOPICS, () =>
    store.ofType('frame').length ? SCENE_HEIGHT : EMPTY_SCENE_HEIGHT,
  )
  return (
    <Row
      row="scenes"
      height={height}
      className="map-scenes"
      head={<RowHeader icon="clapperboard" name={gettext('Frames')} hint={gettext('storyboard')} />}
    >
      {columns.map((column) => (
        <Scene key={column.step} column={column} height={height} band={stripedStages.has(column.stage)} />
      ))}
    </Row>
  )
})

function Scene({ column, height, band }: { column: Column; height: number; band: boolean }) {
  const { urls } = useEditor()
  const frames = useCellIds(cellKey('frame', column.step))
  const first = frames[0]
  const { caption, alt_text: alt } = useRecord(first)?.fields ?? {}
  return (
    <Cell
      row="scenes"
      step={column.step}
      column={column.number}
      width={COLUMN_WIDTH}
      height={height}
      isEmpty
      band={band}
      label={gettext('Frame')}
    >
      {first ? (
        <a className="scene" href={`${urls['storyboard']}#${first}`} tabIndex={-1} draggable={false}>
          <FrameImage frame={first} alt={String(alt)} />
          {frames.length > 1 && <b className="num">{frames.length}</b>}
          <small dir="auto">{String(caption)}</small>
        </a>
      ) : (
        <span className="scene-empty" aria-hidden="true">
          {gettext('No picture yet.')}
        </span>
      )}
    </Cell>
  )
}

export const NotesRow = memo(function NotesRow() {
  return (
    <StepDetailRow
      type="note"
      row="notes"
      head={
        <RowHeader icon="lightbulb" name={gettext('Pains and ideas')} hint={gettext('problems and improvements')} />
      }
      draw={(item, isEdited) => <Note item={item} isEdited={isEdited} />}
    />
  )
})

export const MeasuresRow = memo(function MeasuresRow() {
  return (
    <StepDetailRow
      type="measure"
      row="measures"
      head={<RowHeader icon="gauge" name={gettext('Measures')} hint={gettext('value against target')} />}
      draw={(item, isEdited) => (isEdited ? <InlineText label={gettext('Measure')} /> : <Measure item={item} />)}
    />
  )
})

/** A row whose cells stack records of one type. */
function StepDetailRow({
  type,
  row,
  head,
  draw,
}: {
  type: 'note' | 'measure'
  row: 'notes' | 'measures'
  head: ReactNode
  draw: RenderItem
}) {
  const { store } = useEditor()
  const { columns } = useOutline()
  const stripedStages = useStripedStages()
  const most = useStoreSelector(TOPICS[row], () =>
    Math.max(1, ...store.ofType('step').map((step) => store.inCell(cellKey(type, step)).length)),
  )
  const height = stackHeight(STACK_LAYOUTS[type], most)
  return (
    <Row row={row} height={height} className={`map-${row}`} head={head}>
      {columns.map((column) => (
        <EntryCell
          key={column.step}
          cell={cellKey(type, column.step)}
          row={row}
          step={column.step}
          column={column.number}
          height={height}
          band={stripedStages.has(column.stage)}
          draw={draw}
        />
      ))}
    </Row>
  )
}

const TOPICS = { notes: ['moved:note'], measures: ['moved:measure'] } as const

interface EntryCellProps {
  cell: string
  row: 'notes' | 'measures'
  step: Id
  column: number
  height: number
  band: boolean
  draw: RenderItem
}

function EntryCell({ cell, row, step, draw, ...place }: EntryCellProps) {
  const ids = useCellIds(cell)
  return (
    <Cell
      row={row}
      step={step}
      width={COLUMN_WIDTH}
      isEmpty={!ids.length}
      label={row === 'notes' ? gettext('Pains and ideas') : gettext('Measures')}
      {...place}
    >
      {ids.length > 0 && (
        <ul className="map-entries">
          {ids.map((id) => (
            <Entry key={id} id={id} row={row} step={step} draw={draw} />
          ))}
        </ul>
      )}
      <AddButton
        row={row}
        step={step}
        isEmpty={!ids.length}
        label={row === 'notes' ? gettext('Add pain') : gettext('Add measure')}
      />
    </Cell>
  )
}

const Entry = memo(function Entry({
  id,
  row,
  step,
  draw,
}: {
  id: Id
  row: 'notes' | 'measures'
  step: Id
  draw: RenderItem
}) {
  const { state } = useEditor()
  const item = useRecord(id)
  const isSelected = useSignalSelector(state.selection, (selection) => selection.has(id))
  const isCursor = useSignalSelector(state.cursor, (cursor) => cursor?.item === id)
  const isEdited = useSignalSelector(state.inlineEdit, (editing) => editing?.id === id && editing.field === 'title')
  if (!item) return null
  return (
    <li>
      <div
        {...buttonProps(isEdited, isSelected, isCursor)}
        className={`entry${isSelected ? ' is-selected' : ''}${isEdited ? ' is-edited' : ''}`}
        data-item={id}
        data-row={row}
        data-step={step}
      >
        {draw(item, isEdited)}
      </div>
    </li>
  )
})

function Note({ item, isEdited }: { item: Item; isEdited: boolean }) {
  const isPain = item.fields['kind'] === 'pain'
  return (
    <span className={`sticky ${isPain ? 'sticky-pain' : 'sticky-idea'}`}>
      <Icon name={isPain ? 'triangle-alert' : 'lightbulb'} size="sm" />
      {isEdited ? (
        <InlineText label={gettext('Text')} />
      ) : (
        <span dir="auto">
          <span className="sr">{isPain ? gettext('Pain:') : gettext('Idea:')}</span>{' '}
          <span>{String(item.fields['title'])}</span>
        </span>
      )}
    </span>
  )
}

/** A measure with its trend. A value off target is marked in red and in the accessible text. */
function Measure({ item }: { item: Item }) {
  const { title, unit, better } = item.fields
  const [value, target] = [numberOrNull(item.fields['value']), numberOrNull(item.fields['target'])]
  const isOff = value !== null && target !== null && (better === 'lower' ? value > target : value < target)
  return (
    <span className={isOff ? 'measure is-off' : 'measure'}>
      <small className="one-line" dir="auto">
        {String(title)}
      </small>
      <b dir="auto">{value === null ? '–' : formatMeasure(value, String(unit ?? ''))}</b>
      {isOff && <span className="sr">, {gettext('off target')}</span>}
      <Sparkline values={(item.fields['trend'] as number[] | undefined) ?? []} />
    </span>
  )
}

function Sparkline({ values }: { values: readonly number[] }) {
  if (values.length < 2) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const points = values.map(
    (value, at) =>
      `${((at / (values.length - 1)) * 38 + 1).toFixed(1)},${(13 - ((value - low) / (high - low || 1)) * 12).toFixed(1)}`,
  )
  const [x, y] = points.at(-1)?.split(',') ?? []
  return (
    <svg className="spark" width="42" height="14" aria-hidden="true">
      <polyline points={points.join(' ')} />
      <circle cx={x} cy={y} r="2" />
    </svg>
  )
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined || value === '' ? null : Number(value)
}
