import { gettext } from '../lib/i18n'
import { useEditor, useOutline, useSignal } from '../map/hooks'
import { EMOTION_LABELS } from '../model/labels'
import type { Id } from '../model/records'
import { NO_FILTER } from '../store/editorState'
import { Dialog } from './Dialog'

const ONLY_OPTIONS = [
  ['all', gettext('All touchpoints')],
  ['truth', gettext('Moments of truth')],
  ['comments', gettext('With open comments')],
  ['contested', gettext('In contested or vacant stages')],
] as const

/**
 * The filter. Touchpoints that don't match are faded and not hidden, so that the shape of the journey remains
 * visible.
 */
export function FilterDialog() {
  const { store, state } = useEditor()
  const filter = useSignal(state.filter)
  const { lanes } = useOutline()
  const departments = lanes
    .map((lane) => store.get(store.get(lane)?.fields['department'] as Id | null))
    .filter((department) => department !== undefined)
  return (
    <Dialog title={gettext('Filter')}>
      <div className="form stack">
        <label className="field">
          <span className="label">{gettext('Text')}</span>
          <input
            data-first
            type="search"
            dir="auto"
            value={filter.text}
            onChange={(event) => state.filter.set({ ...filter, text: event.target.value })}
          />
        </label>
        <label className="field">
          <span className="label">{gettext('Department')}</span>
          <select
            value={filter.department ?? ''}
            onChange={(event) => state.filter.set({ ...filter, department: event.target.value || null })}
          >
            <option value="">{gettext('All departments')}</option>
            {departments.map((item) => (
              <option key={item.id} value={item.id}>
                {String(item.fields['name'])}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span className="label">{gettext('Emotion')}</span>
          <select
            value={filter.emotion ?? ''}
            onChange={(event) =>
              state.filter.set({ ...filter, emotion: event.target.value === '' ? null : Number(event.target.value) })
            }
          >
            <option value="">{gettext('Any')}</option>
            {[2, 1, 0, -1, -2].map((level) => (
              <option key={level} value={level}>
                {EMOTION_LABELS[level]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span className="label">{gettext('Show')}</span>
          <select
            value={filter.only}
            onChange={(event) => state.filter.set({ ...filter, only: event.target.value as typeof filter.only })}
          >
            {ONLY_OPTIONS.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="dialog-foot">
        <button className="btn" onClick={() => state.filter.set(NO_FILTER)}>
          {gettext('Clear')}
        </button>
      </div>
    </Dialog>
  )
}
