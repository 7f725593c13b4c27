import { useEditor, useSignal, useType } from '../map/hooks'
import { FEELINGS } from '../model/words'
import { NO_FILTER } from '../store/view'
import { Dialog } from './Dialog'

const ONLY = [
  ['all', 'Every touchpoint'],
  ['truth', 'Moments of truth'],
  ['comments', 'With open comments'],
  ['contested', 'In contested or vacant stages'],
] as const

/** What stays bright on the map; the rest fades, so that the story keeps its shape. */
export function FilterDialog() {
  const { store, view } = useEditor()
  const filter = useSignal(view.filter)
  const departments = useType('department').map((id) => store.get(id))
  return (
    <Dialog title="Filter">
      <div className="form stack">
        <label className="field"><span className="label">Words</span><input data-first type="search" dir="auto" value={filter.text} onChange={(event) => view.filter.set({ ...filter, text: event.target.value })} /></label>
        <label className="field">
          <span className="label">Department</span>
          <select value={filter.department ?? ''} onChange={(event) => view.filter.set({ ...filter, department: event.target.value || null })}>
            <option value="">Every department</option>
            {departments.map((one) => <option key={one?.id} value={one?.id}>{String(one?.fields['name'])}</option>)}
          </select>
        </label>
        <label className="field">
          <span className="label">Feeling</span>
          <select value={filter.feeling ?? ''} onChange={(event) => view.filter.set({ ...filter, feeling: event.target.value === '' ? null : Number(event.target.value) })}>
            <option value="">Any</option>
            {[2, 1, 0, -1, -2].map((level) => <option key={level} value={level}>{FEELINGS[level]}</option>)}
          </select>
        </label>
        <label className="field">
          <span className="label">Only</span>
          <select value={filter.only} onChange={(event) => view.filter.set({ ...filter, only: event.target.value as typeof filter.only })}>
            {ONLY.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
          </select>
        </label>
      </div>
      <div className="dialog-foot"><button className="btn" onClick={() => view.filter.set(NO_FILTER)}>Clear</button></div>
    </Dialog>
  )
}
