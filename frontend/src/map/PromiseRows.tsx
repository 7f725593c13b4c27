import { memo, useMemo } from 'react'
import { type Bar, pack } from '../layout/bars'
import { COLUMN, PROMISE } from '../layout/sizes'
import { type Id, isA } from '../model/records'
import { PROMISES } from '../model/words'
import type { Column } from '../store/outline'
import type { Store } from '../store/store'
import { InlineText } from './InlineText'
import { Cell, Head, Row } from './Row'
import { useBands, useDerived, useEditor, useMayDraw, useOutline, useRecord, useWorkedOut } from './hooks'
import { Icon } from './marks'

const KEPT = ['every:promise']
const ENDS: Readonly<Record<string, string>> = { kept: 'check', broken: 'x', at_risk: 'triangle-alert', unverified: 'circle-help' }

/** Promises from the step where they are made to the one where they are tested. */
export const PromiseRows = memo(function PromiseRows() {
  const { store } = useEditor()
  const { columns } = useOutline()
  const bands = useBands()
  const bars = useWorkedOut(KEPT, () => JSON.stringify(barsOf(store, columns)))
  const rows = useMemo(() => pack(JSON.parse(bars) as Bar[]), [bars])
  const height = Math.max(rows.length, 1) * PROMISE + 10
  return (
    <Row row="promises" height={height} className="map-promises" head={<Head icon="flag" name="Promises" hint="made to tested" />}>
      {columns.map((column) => (
        <Cell key={column.step} row="promises" step={column.step} column={column.number} width={COLUMN} height={height} isEmpty band={bands.has(column.stage)} label="Promises" />
      ))}
      {rows.flatMap((row, line) => row.map((bar) => <PromiseBar key={bar.id} id={bar.id} first={bar.first} last={bar.last} line={line} />))}
    </Row>
  )
})

function barsOf(store: Store, columns: readonly Column[]): Bar[] {
  const at = new Map(columns.map((column) => [column.step, column.number]))
  return store.ofType('promise').flatMap((id) => {
    const item = store.get(id)
    if (!isA(item, 'promise')) return []
    const [made, tested] = [at.get(item.fields.made_in), at.get(item.fields.tested_in)]
    return made === undefined || tested === undefined ? [] : [{ id, first: Math.min(made, tested), last: Math.max(made, tested) }]
  })
}

function PromiseBar({ id, first, last, line }: { id: Id; first: number; last: number; line: number }) {
  const { view } = useEditor()
  const { columns } = useOutline()
  const item = useRecord(id)
  const from = useRecord(columns[first]?.step)
  const to = useRecord(columns[last]?.step)
  const mayDraw = useMayDraw()
  const isSelected = useDerived(view.selection, (selection) => selection.has(id))
  const isCursor = useDerived(view.cursor, (cursor) => cursor?.item === id)
  const isEdited = useDerived(view.editing, (editing) => editing?.id === id && editing.field === 'title')
  if (!isA(item, 'promise')) return null
  const { title, status, evidence } = item.fields
  // A promise may be tested before the step that makes it: then its ends change sides.
  const isTurned = item.fields.made_in !== columns[first]?.step
  return (
    <div
      role="gridcell"
      aria-colindex={first + 2}
      aria-colspan={last - first + 1}
      className={`promise promise-${status}${isSelected ? ' is-selected' : ''}`}
      style={{ insetInlineStart: `calc(var(--head) + ${first * COLUMN + 6}px)`, width: (last - first + 1) * COLUMN - 12, insetBlockStart: line * PROMISE + 8 }}
      tabIndex={isCursor ? 0 : -1}
      aria-selected={isSelected}
      aria-label={`Promise ${PROMISES[status]?.toLowerCase()}: ${title}, from ${String(from?.fields['title'] ?? '')} to ${String(to?.fields['title'] ?? '')}${evidence ? `, ${evidence}` : ''}`}
      data-item={id}
      data-row="promises"
      data-step={columns[first]?.step}
    >
      {isEdited ? <InlineText label="Promise" /> : <b className="one-line" dir="auto">{title}</b>}
      <em className="one-line" dir="auto">{evidence || PROMISES[status]}</em>
      {mayDraw && [isTurned ? 'tested_in' : 'made_in', isTurned ? 'made_in' : 'tested_in'].map((end) => <span key={end} className="promise-grip" data-end={end} />)}
      <span className="promise-end"><Icon name={ENDS[status] ?? 'circle-help'} /></span>
    </div>
  )
}
