import { type FormEvent, useState } from 'react'
import { planDrop } from '../commands/pointerDrop'
import { movableItems, moveToCell, moveLabel } from '../commands/moveCommands'
import { columnOf, rowName, describeCell, titleOf } from '../commands/positionText'
import { gettext, ngettext } from '../lib/i18n'
import { useEditor, useOutline, useSignal } from '../map/hooks'
import type { Id, Item } from '../model/records'
import { visibleLanes } from '../store/outline'
import { Dialog } from './Dialog'
import { openDialog } from './dialogState'

/** Moves the selection to a lane and step chosen from lists, without dragging or arrow keys. */
export function MoveToDialog() {
  const editor = useEditor()
  const [items] = useState(() => movableItems(editor))
  const [first] = items
  if (!first) return null
  const title =
    items.length === 1
      ? gettext('Move “{title}” to…', { title: String(first.fields['title']) })
      : ngettext('Move {n} item to…', 'Move {n} items to…', items.length)
  return (
    <Dialog title={title}>
      {first.type === 'step' ? (
        <MoveStepsForm items={items} first={first} />
      ) : (
        <MoveCardsForm items={items} first={first} />
      )}
    </Dialog>
  )
}

function MoveCardsForm({ items, first }: { items: readonly Item[]; first: Item }) {
  const editor = useEditor()
  const { lanes, columns } = useOutline()
  const rows = useSignal(editor.state.rows)
  const [lane, setLane] = useState(String(first.fields['lane'] ?? ''))
  const [step, setStep] = useState(String(first.fields['step']))
  const hasLane = first.type === 'touchpoint'
  const move = (event: FormEvent) => {
    event.preventDefault()
    openDialog.set(null)
    if (!moveToCell(editor, items, hasLane ? { step, lane } : { step })) return
    const row = hasLane ? lane : `${first.type}s`
    editor.state.cursor.set({ row, step, item: first.id })
    const place = describeCell(editor, row, columnOf(editor, step))
    editor.ui.announce(gettext('Moved to {place}. Press Control+Z to undo.', { place }))
  }
  return (
    <form className="form stack" onSubmit={move}>
      {hasLane && (
        <label className="field">
          <span className="label">{gettext('Lane')}</span>
          <select data-first value={lane} onChange={(event) => setLane(event.target.value)}>
            {visibleLanes(editor.store, lanes, rows, columns).map((id) => (
              <option key={id} value={id}>
                {rowName(editor, id)}
              </option>
            ))}
          </select>
        </label>
      )}
      <StepField label={gettext('Step')} value={step} onChoose={setStep} />
      <FormButtons />
    </form>
  )
}

function MoveStepsForm({ items, first }: { items: readonly Item[]; first: Item }) {
  const editor = useEditor()
  const [where, setWhere] = useState<'before' | 'after'>('after')
  const [step, setStep] = useState(first.id)
  const move = (event: FormEvent) => {
    event.preventDefault()
    const dragItem = {
      kind: 'step',
      id: first.id,
      ids: items.map((item) => item.id),
      end: null,
      column: 0,
      origin: '',
    } as const
    const plan = planDrop(
      editor,
      dragItem,
      { kind: 'column', column: columnOf(editor, step), isAfter: where === 'after' },
      false,
    )
    if ('rejection' in plan) return editor.ui.toast(plan.rejection)
    openDialog.set(null)
    if (plan.ops.length && editor.session.apply(moveLabel(items), plan.ops) === null) return
    editor.ui.announce(
      gettext('Moved to step {number} of {total}. Press Control+Z to undo.', {
        number: columnOf(editor, first.id) + 1,
        total: editor.outline.get().columns.length,
      }),
    )
  }
  return (
    <form className="form stack" onSubmit={move}>
      <label className="field">
        <span className="label">{gettext('Where')}</span>
        <select data-first value={where} onChange={(event) => setWhere(event.target.value as typeof where)}>
          <option value="before">{gettext('Before the step')}</option>
          <option value="after">{gettext('After the step')}</option>
        </select>
      </label>
      <StepField label={gettext('Step')} value={step} onChoose={setStep} />
      <FormButtons />
    </form>
  )
}

function StepField({ label, value, onChoose }: { label: string; value: Id; onChoose: (step: Id) => void }) {
  const editor = useEditor()
  const { stages, columns } = useOutline()
  return (
    <label className="field">
      <span className="label">{label}</span>
      <select value={value} onChange={(event) => onChoose(event.target.value)}>
        {stages.map((stage) => (
          <optgroup key={stage} label={titleOf(editor, stage)}>
            {columns
              .filter((column) => column.stage === stage)
              .map((column) => (
                <option
                  key={column.step}
                  value={column.step}
                >{`${column.number + 1}. ${titleOf(editor, column.step)}`}</option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}

function FormButtons() {
  return (
    <div className="dialog-foot">
      <button className="btn" type="button" onClick={() => openDialog.set(null)}>
        {gettext('Cancel')}
      </button>
      <button className="btn btn-pri">{gettext('Move')}</button>
    </div>
  )
}
