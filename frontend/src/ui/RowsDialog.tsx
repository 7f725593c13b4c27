import { useState } from 'react'
import { shiftLane } from '../commands/moveCommands'
import type { SearchHit } from '../lib/combobox'
import { fold } from '../lib/fold'
import { gettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import { useEditor, useMayDraw, useOutline, useSignal } from '../map/hooks'
import { Icon, Tile } from '../map/icons'
import { LANE_KIND_LABELS } from '../model/labels'
import type { Id } from '../model/records'
import { Dialog } from './Dialog'
import { SearchField } from './SearchField'

const ROW_OPTIONS = [
  ['scenes', gettext('Frames'), 'clapperboard'],
  ['emotions', gettext('Emotion'), 'smile'],
  ['promises', gettext('Promises'), 'flag'],
  ['notes', gettext('Pains and ideas'), 'lightbulb'],
  ['measures', gettext('Measures'), 'gauge'],
] as const

/** Rows and lanes: which are shown (for the user only), their order, and new lanes (for everyone). */
export function RowsDialog() {
  const { state } = useEditor()
  const { lanes } = useOutline()
  const mayDraw = useMayDraw()
  const rows = useSignal(state.rows)
  return (
    <Dialog title={gettext('Rows and lanes')}>
      <p className="hint">
        {gettext(
          'Hiding, pinning or collapsing a row affects only your view. Adding or reordering lanes affects everyone.',
        )}
      </p>
      <ul className="rows lanes-list">
        {lanes.map((lane, at) => (
          <LaneOption key={lane} lane={lane} isFirst={at === 0} isLast={at === lanes.length - 1} />
        ))}
        {ROW_OPTIONS.map(([row, name, icon]) => (
          <li key={row}>
            <label className="row grow">
              <input
                type="checkbox"
                checked={!rows.hidden.includes(row)}
                onChange={() => state.toggleRow('hidden', row)}
              />
              <Icon name={icon} />
              <span>{name}</span>
            </label>
          </li>
        ))}
      </ul>
      {mayDraw && <NewLane />}
    </Dialog>
  )
}

function LaneOption({ lane, isFirst, isLast }: { lane: Id; isFirst: boolean; isLast: boolean }) {
  const editor = useEditor()
  const { store, state } = editor
  const mayDraw = useMayDraw()
  const rows = useSignal(state.rows)
  const fields = store.get(lane)?.fields
  const department = store.get(fields?.['department'] as Id | null)
  const name = String(department?.fields['name'] ?? LANE_KIND_LABELS[String(fields?.['kind'])] ?? '')
  return (
    <li>
      <label className="row grow">
        <input type="checkbox" checked={!rows.hidden.includes(lane)} onChange={() => state.toggleRow('hidden', lane)} />
        <Tile department={department} />
        <bdi>{name}</bdi>
      </label>
      <button
        className="btn btn-quiet btn-sm btn-icon"
        aria-pressed={rows.pinned.includes(lane)}
        aria-label={gettext('Pin {lane} to the top', { lane: name })}
        onClick={() => state.toggleRow('pinned', lane)}
      >
        <Icon name="pin" />
      </button>
      {mayDraw && (
        <>
          <button
            className="btn btn-quiet btn-sm btn-icon"
            disabled={isFirst}
            aria-label={gettext('Move {lane} up', { lane: name })}
            onClick={() => shiftLane(editor, lane, -1)}
          >
            <Icon name="arrow-up" />
          </button>
          <button
            className="btn btn-quiet btn-sm btn-icon"
            disabled={isLast}
            aria-label={gettext('Move {lane} down', { lane: name })}
            onClick={() => shiftLane(editor, lane, 1)}
          >
            <Icon name="arrow-down" />
          </button>
        </>
      )}
    </li>
  )
}

function NewLane() {
  const { store, session } = useEditor()
  const { lanes } = useOutline()
  const [selected, setSelected] = useState<SearchHit | null>(null)
  const [added, setAdded] = useState(0) // clears the field after each lane
  const isTaken = (option: { id: string }) =>
    lanes.some((lane) => {
      const { department, kind } = store.get(lane)?.fields ?? {}
      return option.id === (department ?? kind)
    })
  const kinds = Object.entries(LANE_KIND_LABELS).map(([id, name]) => ({ id, name, detail: '' }))
  const refine = (hits: readonly SearchHit[], text: string) =>
    [...hits, ...kinds.filter(({ name }) => fold(name).includes(fold(text)))].filter((hit) => !isTaken(hit))
  const add = ({ id, name }: SearchHit) => {
    const isKind = id in LANE_KIND_LABELS
    const fields = isKind ? { kind: id, department: null } : { kind: 'department', department: id }
    if (!isKind) session.showDepartment(id, name)
    session.apply(gettext('Added a lane'), [{ op: 'add', type: 'lane', id: uuid7(), fields }])
    setSelected(null)
    setAdded(added + 1)
  }
  return (
    <div className="row lane-new">
      <SearchField
        key={added}
        kind="departments"
        label={gettext('New lane')}
        takesFocus
        onChoose={setSelected}
        refine={refine}
      />
      <button className="btn btn-pri" disabled={!selected} onClick={() => selected && add(selected)}>
        <Icon name="plus" />
        {gettext('Add lane')}
      </button>
    </div>
  )
}
