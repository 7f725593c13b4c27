import { type FormEvent, useState } from 'react'
import { planDrop } from '../commands/drop'
import { movable, moveTo, moved } from '../commands/move'
import { columnOf, rowName, spot } from '../commands/where'
import { useEditor, useOutline, useSignal } from '../map/hooks'
import type { Id, Item } from '../model/records'
import { lanesShown } from '../store/outline'
import { Dialog } from './Dialog'
import { dialogs } from './dialogs'

/** Moving without dragging and without arrows: the lane and the step from two lists. */
export function MoveTo() {
  const editor = useEditor()
  const [items] = useState(() => movable(editor))
  const [first] = items
  if (!first) return null
  const name = items.length === 1 ? `“${String(first.fields['title'])}”` : `${items.length} things`
  return <Dialog title={`Move ${name} to…`}>{first.type === 'step' ? <Steps items={items} first={first} /> : <Cards items={items} first={first} />}</Dialog>
}

function Cards({ items, first }: { items: readonly Item[]; first: Item }) {
  const editor = useEditor()
  const { lanes, columns } = useOutline()
  const rows = useSignal(editor.view.rows)
  const [lane, setLane] = useState(String(first.fields['lane'] ?? ''))
  const [step, setStep] = useState(String(first.fields['step']))
  const hasLane = first.type === 'touchpoint'
  const move = (event: FormEvent) => {
    event.preventDefault()
    dialogs.set(null)
    if (!moveTo(editor, items, hasLane ? { step, lane } : { step })) return
    const row = hasLane ? lane : `${first.type}s`
    editor.view.cursor.set({ row, step, item: first.id })
    editor.prompts.announce(`Moved to ${spot(editor, row, columnOf(editor, step))}. Undo with Control Z.`)
  }
  return (
    <form className="form stack" onSubmit={move}>
      {hasLane && (
        <label className="field">
          <span className="label">Lane</span>
          <select data-first value={lane} onChange={(event) => setLane(event.target.value)}>
            {lanesShown(editor.store, lanes, rows, columns).map((one) => <option key={one} value={one}>{rowName(editor, one)}</option>)}
          </select>
        </label>
      )}
      <StepChoice label="Step" value={step} onChoose={setStep} />
      <Foot />
    </form>
  )
}

function Steps({ items, first }: { items: readonly Item[]; first: Item }) {
  const editor = useEditor()
  const [where, setWhere] = useState<'before' | 'after'>('after')
  const [step, setStep] = useState(first.id)
  const move = (event: FormEvent) => {
    event.preventDefault()
    const lift = { kind: 'step', id: first.id, ids: items.map((item) => item.id), end: null, column: 0, from: '' } as const
    const planned = planDrop(editor, lift, { kind: 'column', column: columnOf(editor, step), isAfter: where === 'after' }, false)
    if ('refusal' in planned) return editor.prompts.toast(planned.refusal)
    dialogs.set(null)
    if (planned.intents.length && editor.session.do(moved(items), planned.intents) === null) return
    editor.prompts.announce(`Moved. Step ${columnOf(editor, first.id) + 1} of ${editor.order.get().columns.length}. Undo with Control Z.`)
  }
  return (
    <form className="form stack" onSubmit={move}>
      <label className="field">
        <span className="label">Where</span>
        <select data-first value={where} onChange={(event) => setWhere(event.target.value as typeof where)}>
          <option value="before">Before the step</option>
          <option value="after">After the step</option>
        </select>
      </label>
      <StepChoice label="Step" value={step} onChoose={setStep} />
      <Foot />
    </form>
  )
}

function StepChoice({ label, value, onChoose }: { label: string; value: Id; onChoose: (step: Id) => void }) {
  const { store } = useEditor()
  const { stages, columns } = useOutline()
  return (
    <label className="field">
      <span className="label">{label}</span>
      <select value={value} onChange={(event) => onChoose(event.target.value)}>
        {stages.map((stage) => (
          <optgroup key={stage} label={String(store.get(stage)?.fields['title'] ?? '')}>
            {columns.filter((column) => column.stage === stage).map((column) => (
              <option key={column.step} value={column.step}>{`${column.number + 1}. ${String(store.get(column.step)?.fields['title'] ?? '')}`}</option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}

function Foot() {
  return (
    <div className="dialog-foot">
      <button className="btn" type="button" onClick={() => dialogs.set(null)}>Cancel</button>
      <button className="btn btn-pri">Move</button>
    </div>
  )
}
