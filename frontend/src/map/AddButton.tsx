import type { Id } from '../model/records'
import type { RowKey } from '../store/editorState'
import { useSignalSelector, useEditor, useMayDraw } from './hooks'
import { Icon } from './icons'

/**
 * The add button of a cell, shown on hover and on the cell with the cursor. In an empty cell, the cell itself is
 * clicked.
 */
export function AddButton({ row, step, isEmpty, label }: { row: RowKey; step: Id; isEmpty: boolean; label: string }) {
  const { state } = useEditor()
  const isCursor = useSignalSelector(state.cursor, (cursor) => cursor?.row === row && cursor.step === step)
  const isTyped = useSignalSelector(
    state.inlineEdit,
    (editing) => editing?.cursor.row === row && editing.cursor.step === step,
  )
  const mayDraw = useMayDraw()
  if (!mayDraw || isTyped) return null
  if (isEmpty)
    return (
      <span className="cell-add cell-add-empty" data-add aria-hidden="true">
        <Icon name="plus" size="sm" />
      </span>
    )
  return (
    <button
      className={isCursor ? 'cell-add is-current' : 'cell-add'}
      tabIndex={isCursor ? 0 : -1}
      aria-label={label}
      data-add
    >
      <Icon name="plus" size="sm" />
    </button>
  )
}
