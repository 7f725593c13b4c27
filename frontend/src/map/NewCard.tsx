import type { Id } from '../model/records'
import type { RowKey } from '../store/view'
import { InlineText } from './InlineText'
import { useDerived, useEditor, useMayDraw } from './hooks'
import { Icon } from './marks'

/** Where a card begins: the text being typed, or a quiet `+` that shows under the pointer. */
export function NewCard({ row, step, isEmpty }: { row: RowKey; step: Id; isEmpty: boolean }) {
  const { view } = useEditor()
  const isTyped = useDerived(view.editing, (editing) => editing?.id === null && editing.at.row === row && editing.at.step === step)
  const mayDraw = useMayDraw()
  if (isTyped) {
    return (
      <div className="touch touch-new">
        <InlineText label="New touchpoint" />
      </div>
    )
  }
  if (!mayDraw) return null
  return (
    <span className={isEmpty ? 'cell-add cell-add-empty' : 'cell-add'} data-add aria-hidden="true">
      <Icon name="plus" size="sm" />
    </span>
  )
}
