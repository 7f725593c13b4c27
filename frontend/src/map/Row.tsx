import type { ReactNode } from 'react'
import { ROW_HEADER_WIDTH } from '../layout/sizes'
import { gettext } from '../lib/i18n'
import type { Id } from '../model/records'
import type { RowKey } from '../store/editorState'
import { useSignalSelector, useEditor, useMayDraw } from './hooks'
import { Icon } from './icons'

/** A row with its header, which stays visible while the rest scrolls. */
export function Row({
  row,
  height,
  head,
  className = '',
  children,
}: {
  row: RowKey
  height: number
  head: ReactNode
  className?: string
  children: ReactNode
}) {
  return (
    <div role="row" className={`map-row ${className}`} style={{ height }} data-rowkey={row}>
      <div role="rowheader" className="map-head" style={{ width: ROW_HEADER_WIDTH, height }}>
        {head}
      </div>
      {children}
    </div>
  )
}

/** The header of a row that is not a lane. */
export function RowHeader({ icon, name, hint }: { icon: string; name: string; hint: string }) {
  return (
    <>
      <Icon name={icon} size="lg" />
      <span>
        <b>{name}</b>
        <small>{hint}</small>
      </span>
    </>
  )
}

interface CellProps {
  row: RowKey
  step: Id
  column: number
  span?: number
  width: number
  height: number
  isEmpty: boolean
  isShut?: boolean // its records are not drawn, so the cell itself takes the cursor
  band: boolean
  label: string
  className?: string
  children?: ReactNode
}

/** A cell. Empty cells take the cursor themselves; in others a record does. */
export function Cell({
  row,
  step,
  column,
  span = 1,
  width,
  height,
  isEmpty,
  isShut = false,
  band,
  label,
  className = '',
  children,
}: CellProps) {
  const { state } = useEditor()
  const isCursor = useSignalSelector(
    state.cursor,
    (cursor) => cursor?.row === row && cursor.step === step && (isShut || cursor.item === null),
  )
  const isOpen = useSignalSelector(state.cursor, (cursor) => cursor?.row === row && cursor.step === step)
  const mayDraw = useMayDraw()
  const hint =
    mayDraw && row !== 'scenes'
      ? gettext('{row}: empty, Enter to add', { row: label })
      : gettext('{row}: empty', { row: label })
  return (
    <div
      role="gridcell"
      aria-colindex={column + 2}
      aria-colspan={span > 1 ? span : undefined}
      aria-label={isEmpty ? hint : undefined}
      className={`map-cell ${band ? 'map-band' : ''}${isOpen ? ' is-open' : ''} ${className}`}
      style={{ width, height }}
      tabIndex={isCursor ? 0 : -1}
      data-cell
      data-row={row}
      data-step={step}
    >
      {children}
    </div>
  )
}
