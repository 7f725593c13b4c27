/** Where the cursor goes when what it stood on is gone, or elsewhere: by whomever. */
import type { Cursor } from '../store/view'
import type { Editor } from './command'
import { cursorOf, enter, rowsOf } from './walk'
import { columnOf } from './where'

/** A place in numbers: it outlives the row and the step that stood there. */
export interface Numbers {
  readonly row: number
  readonly column: number
}

export function numbersOf(editor: Editor, { row, step }: Cursor): Numbers {
  return { row: rowsOf(editor).indexOf(row), column: columnOf(editor, step) }
}

/** The cursor itself if it still holds; else where its record went, or the cell nearest to where it was. */
export function nearest(editor: Editor, cursor: Cursor, last: Numbers): Cursor | null {
  const [rows, { columns }] = [rowsOf(editor), editor.order.get()]
  const there = cursor.item && editor.store.get(cursor.item) ? cursorOf(editor, cursor.item) : null
  if (there && rows.includes(there.row)) return isSame(there, cursor) ? cursor : there
  const row = rows.includes(cursor.row) ? cursor.row : rows[Math.min(Math.max(last.row, 0), rows.length - 1)]
  const step = columnOf(editor, cursor.step) >= 0 ? cursor.step : columns[Math.min(Math.max(last.column, 0), columns.length - 1)]?.step
  if (row === undefined || step === undefined) return null
  const isHeld = row === cursor.row && step === cursor.step && cursor.item === null && row !== 'answers'
  if (isHeld) return cursor
  const next = enter(editor, row, step)
  return isSame(next, cursor) ? cursor : next
}

function isSame(one: Cursor, two: Cursor): boolean {
  return one.row === two.row && one.step === two.step && one.item === two.item
}
