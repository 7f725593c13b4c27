/** Repairs the cursor after its record, row or step was removed or moved, by anyone. */
import type { Cursor } from '../store/editorState'
import type { Editor } from './command'
import { cursorOnRecord, cursorAt, visibleRows } from './gridNavigation'
import { columnOf } from './positionText'

/** A position as row and column numbers. It stays valid when the row and step are removed. */
export interface GridIndex {
  readonly row: number
  readonly column: number
}

export function gridIndexOf(editor: Editor, { row, step }: Cursor): GridIndex {
  return { row: visibleRows(editor).indexOf(row), column: columnOf(editor, step) }
}

/** Return the same cursor if it is still valid; otherwise where its record is now, or the nearest cell. */
export function nearestCursor(editor: Editor, cursor: Cursor, last: GridIndex): Cursor | null {
  const [rows, { columns }] = [visibleRows(editor), editor.outline.get()]
  const current = cursor.item && editor.store.get(cursor.item) ? cursorOnRecord(editor, cursor.item) : null
  if (current && rows.includes(current.row)) return isSameCursor(current, cursor) ? cursor : current
  const row = rows.includes(cursor.row) ? cursor.row : rows[Math.min(Math.max(last.row, 0), rows.length - 1)]
  const step =
    columnOf(editor, cursor.step) >= 0
      ? cursor.step
      : columns[Math.min(Math.max(last.column, 0), columns.length - 1)]?.step
  if (row === undefined || step === undefined) return null
  const isValid = row === cursor.row && step === cursor.step && cursor.item === null && row !== 'owners'
  if (isValid) return cursor
  const next = cursorAt(editor, row, step)
  return isSameCursor(next, cursor) ? cursor : next
}

function isSameCursor(a: Cursor, b: Cursor): boolean {
  return a.row === b.row && a.step === b.step && a.item === b.item
}
