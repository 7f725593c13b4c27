import { memo, useMemo } from 'react'
import { type Bar, packBars } from '../layout/promiseBars'
import { COLUMN_WIDTH, PROMISE_ROW_HEIGHT } from '../layout/sizes'
import { type Values, gettext } from '../lib/i18n'
import { type Id, isA } from '../model/records'
import { PROMISE_STATUS_LABELS } from '../model/labels'
import type { Column } from '../store/outline'
import type { Store } from '../store/store'
import { InlineText } from './InlineText'
import { Cell, RowHeader, Row } from './Row'
import {
  useStripedStages,
  useSignalSelector,
  useEditor,
  useMayDraw,
  useOutline,
  useRecord,
  useStoreSelector,
} from './hooks'
import { Icon } from './icons'

const PROMISE_TOPICS = ['every:promise']
const STATUS_ICONS: Readonly<Record<string, string>> = {
  kept: 'check',
  broken: 'x',
  at_risk: 'triangle-alert',
  unverified: 'circle-help',
}
const PROMISE_DESCRIPTIONS: Readonly<Record<string, (values: Values) => string>> = {
  kept: (values) => gettext('Promise kept: {title}, from {from} to {to}', values),
  broken: (values) => gettext('Promise broken: {title}, from {from} to {to}', values),
  at_risk: (values) => gettext('Promise at risk: {title}, from {from} to {to}', values),
  unverified: (values) => gettext('Promise not verified: {title}, from {from} to {to}', values),
}

/** Promises as bars from the step where they are made to the step where they are tested. */
export const PromiseRows = memo(function PromiseRows() {
  const { store } = useEditor()
  const { columns } = useOutline()
  const stripedStages = useStripedStages()
  const bars = useStoreSelector(PROMISE_TOPICS, () => JSON.stringify(barsOf(store, columns)))
  const rows = useMemo(() => packBars(JSON.parse(bars) as Bar[]), [bars])
  const height = Math.max(rows.length, 1) * PROMISE_ROW_HEIGHT + 10
  return (
    <Row
      row="promises"
      height={height}
      className="map-promises"
      head={<RowHeader icon="flag" name={gettext('Promises')} hint={gettext('made to tested')} />}
    >
      {columns.map((column) => (
        <Cell
          key={column.step}
          row="promises"
          step={column.step}
          column={column.number}
          width={COLUMN_WIDTH}
          height={height}
          isEmpty
          band={stripedStages.has(column.stage)}
          label={gettext('Promises')}
        />
      ))}
      {rows.flatMap((row, line) =>
        row.map((bar) => <PromiseBar key={bar.id} id={bar.id} first={bar.first} last={bar.last} line={line} />),
      )}
    </Row>
  )
})

function barsOf(store: Store, columns: readonly Column[]): Bar[] {
  const at = new Map(columns.map((column) => [column.step, column.number]))
  return store.ofType('promise').flatMap((id) => {
    const item = store.get(id)
    if (!isA(item, 'promise')) return []
    const [made, tested] = [at.get(item.fields.made_in), at.get(item.fields.tested_in)]
    return made === undefined || tested === undefined
      ? []
      : [{ id, first: Math.min(made, tested), last: Math.max(made, tested) }]
  })
}

function PromiseBar({ id, first, last, line }: { id: Id; first: number; last: number; line: number }) {
  const { state } = useEditor()
  const { columns } = useOutline()
  const item = useRecord(id)
  const from = useRecord(columns[first]?.step)
  const to = useRecord(columns[last]?.step)
  const mayDraw = useMayDraw()
  const isSelected = useSignalSelector(state.selection, (selection) => selection.has(id))
  const isCursor = useSignalSelector(state.cursor, (cursor) => cursor?.item === id)
  const isEdited = useSignalSelector(state.inlineEdit, (editing) => editing?.id === id && editing.field === 'title')
  if (!isA(item, 'promise')) return null
  const { title, status, evidence } = item.fields
  const description = PROMISE_DESCRIPTIONS[status]?.({
    title,
    from: String(from?.fields['title'] ?? ''),
    to: String(to?.fields['title'] ?? ''),
  })
  // If a promise is tested before the step that makes it, its ends are swapped.
  const isReversed = item.fields.made_in !== columns[first]?.step
  return (
    <div
      role="gridcell"
      aria-colindex={first + 2}
      aria-colspan={last - first + 1}
      className={`promise promise-${status}${isSelected ? ' is-selected' : ''}`}
      style={{
        insetInlineStart: `calc(var(--head) + ${first * COLUMN_WIDTH + 6}px)`,
        width: (last - first + 1) * COLUMN_WIDTH - 12,
        insetBlockStart: line * PROMISE_ROW_HEIGHT + 8,
      }}
      tabIndex={isCursor ? 0 : -1}
      aria-selected={isSelected}
      aria-label={[description, evidence].filter(Boolean).join(', ')}
      data-item={id}
      data-row="promises"
      data-step={columns[first]?.step}
    >
      {isEdited ? (
        <InlineText label={gettext('Promise')} />
      ) : (
        <b className="one-line" dir="auto">
          {title}
        </b>
      )}
      <em className="one-line" dir="auto">
        {evidence || PROMISE_STATUS_LABELS[status]}
      </em>
      {mayDraw &&
        [isReversed ? 'tested_in' : 'made_in', isReversed ? 'made_in' : 'tested_in'].map((end) => (
          <span key={end} className="promise-grip" data-end={end} />
        ))}
      <span className="promise-end">
        <Icon name={STATUS_ICONS[status] ?? 'circle-help'} />
      </span>
    </div>
  )
}
