import type { KeyboardEvent, ReactNode } from 'react'
import { titleOf } from '../commands/positionText'
import { setEmotion } from '../commands/ratingCommands'
import { saveTypedValue } from '../commands/saveTypedValue'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import {
  ownershipOf,
  useSignalSelector,
  useEditor,
  useLock,
  useMayDraw,
  useOwnership,
  useRecord,
  useRecordIds,
} from '../map/hooks'
import { Message } from '../map/Message'
import { Avatar, Face, Icon, Tile } from '../map/icons'
import { type Fields, type Id, type Item, isA } from '../model/records'
import { EMOTION_LABELS, LANE_KIND_LABELS, OWNERSHIP_LABELS, PROMISE_STATUS_LABELS } from '../model/labels'
import { CLASS_BY_STATE } from '../model/ownership'
import { lockMessage } from '../store/locks'
import { NumberField } from './NumberField'
import { storableText, storableLine } from '../lib/text'
import { ThreadsAbout } from './CommentsPanel'
import { Panel } from './Panel'
import { type CommittedText, useCommittedText } from './draftHooks'

const TYPE_LABELS: Readonly<Record<string, string>> = {
  touchpoint: gettext('Touchpoint'),
  step: gettext('Step'),
  stage: gettext('Stage'),
  promise: gettext('Promise'),
  note: gettext('Pain or idea'),
  measure: gettext('Measure'),
  lane: gettext('Lane'),
}

/** The details of the selected record. A field is saved when it loses the focus. */
export function Inspector() {
  const { store, state } = useEditor()
  const id = useSignalSelector(state.selection, (selection) => [...selection].at(-1) ?? null)
  const item = useRecord(id)
  const lock = useLock(id)
  if (!item)
    return (
      <Panel title={gettext('Details')}>
        <p className="soft">{gettext('Select an item on the map to see its details.')}</p>
      </Panel>
    )
  return (
    <Panel title={TYPE_LABELS[item.type] ?? gettext('Details')} key={item.id}>
      {lock && (
        <p className="hint row">
          <Icon name="lock" size="sm" />
          <span>{lockMessage(store, lock)}</span>
        </p>
      )}
      <TextField item={item} field="title" label={gettext('Title')} />
      {isA(item, 'touchpoint') && <TouchpointFields item={item} />}
      {item.type === 'step' && <StepFields item={item} />}
      {item.type === 'stage' && <StageFields item={item} />}
      {item.type === 'promise' && <PromiseFields item={item} />}
      {item.type === 'note' && (
        <ChoiceField
          item={item}
          field="kind"
          label={gettext('Kind')}
          options={{ pain: gettext('Pain'), idea: gettext('Idea') }}
        />
      )}
      {item.type === 'measure' && <MeasureFields item={item} />}
      <ThreadsAbout type={item.type} id={item.id} />
    </Panel>
  )
}

/** Return whether the user may change a record: they may draw, and nothing is locked. */
function useCanEdit({ id }: Item): boolean {
  const lock = useLock(id)
  return useMayDraw() && !lock
}

function useSetFields(item: Item): (fields: Fields) => void {
  const { session } = useEditor()
  return (fields) =>
    void session.apply(gettext('Changed “{title}”', { title: String(item.fields['title'] ?? '') }), [
      { op: 'set', type: item.type, id: item.id, fields },
    ])
}

/** A text field that is saved when it loses the focus, and on Enter if it has a single line. */
function TextField({
  item,
  field,
  label,
  long = false,
  hand = false,
}: {
  item: Item
  field: string
  label: string
  long?: boolean
  hand?: boolean
}) {
  const editor = useEditor()
  const canEdit = useCanEdit(item)
  const now = String(item.fields[field] ?? '')
  const draft = useCommittedText(
    `${item.id} ${field}`,
    gettext('{field} of “{title}”', { field: label, title: String(item.fields['title'] ?? '') }),
    now,
    (typed, over) => {
      const text = long ? storableText(typed) : storableLine(typed)
      if (text !== now && (text || field !== 'title')) saveTypedValue(editor, item, field, text, over)
    },
  )
  const shared = {
    id: `${item.id}-${field}`,
    dir: 'auto' as const,
    value: draft.text ?? now,
    readOnly: !canEdit,
    className: hand ? 'handwriting' : '',
    onChange: (event: { target: { value: string } }) => draft.onType(event.target.value),
    onBlur: draft.commit,
    onKeyDown: (event: KeyboardEvent) => onFieldKeyDown(event, draft, long),
  }
  return (
    <div className="field">
      <label htmlFor={shared.id}>{label}</label>
      {long ? <textarea rows={3} maxLength={5000} {...shared} /> : <input maxLength={500} {...shared} />}
    </div>
  )
}

/** Enter saves a single-line text, Escape cancels. */
function onFieldKeyDown(event: KeyboardEvent, draft: CommittedText, long = false): void {
  const key = keyName(event)
  if (key === 'Escape') draft.cancel()
  else if (key === 'Enter' && !long) draft.commit()
}

function ChoiceField({
  item,
  field,
  label,
  options,
  empty,
}: {
  item: Item
  field: string
  label: string
  options: Readonly<Record<string, string>>
  empty?: string
}) {
  const canEdit = useCanEdit(item)
  const set = useSetFields(item)
  const value = item.fields[field]
  return (
    <div className="field">
      <label htmlFor={`${item.id}-${field}`}>{label}</label>
      <select
        id={`${item.id}-${field}`}
        disabled={!canEdit}
        value={String(value ?? '')}
        onChange={(event) =>
          set({ [field]: event.target.value || (value === null || field === 'channel' ? null : '') })
        }
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {Object.entries(options).map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

const KANO_LABELS = {
  must_be: gettext('Must be'),
  performance: gettext('Performance'),
  delighter: gettext('Delighter'),
  indifferent: gettext('Indifferent'),
  reverse: gettext('Reverse'),
}

function TouchpointFields({ item }: { item: Item }) {
  const editor = useEditor()
  const { store } = editor
  const canEdit = useCanEdit(item)
  const set = useSetFields(item)
  const lane = useRecord(item.fields['lane'] as Id)
  const department = useRecord(lane?.fields['department'] as Id | null)
  const step = useRecord(item.fields['step'] as Id)
  const channels = Object.fromEntries(
    useRecordIds('channel').map((id) => [id, String(store.get(id)?.fields['name'] ?? '')]),
  )
  const emotion = item.fields['emotion'] as number | null
  return (
    <>
      <p className="row inspector-place">
        <Tile department={department} />
        <span className="grow" dir="auto">
          <span>{String(department?.fields['name'] ?? LANE_KIND_LABELS[String(lane?.fields['kind'])])}</span> ·{' '}
          <bdi>{String(step?.fields['title'] ?? '')}</bdi>
        </span>
      </p>
      <EmotionPicker
        value={emotion}
        mayChange={canEdit}
        choose={(value) => setEmotion(editor, [item.id], value === emotion ? null : value)}
      />
      <ChoiceField
        item={item}
        field="channel"
        label={gettext('Channel')}
        options={channels}
        empty={gettext('Not set')}
      />
      <label className="row">
        <input
          type="checkbox"
          disabled={!canEdit}
          checked={Boolean(item.fields['is_moment_of_truth'])}
          onChange={(event) => set({ is_moment_of_truth: event.target.checked })}
        />
        <Icon name="star" size="sm" />
        {gettext('Moment of truth')}
      </label>
      <TextField item={item} field="quote" label={gettext('The customer’s words')} long hand />
      <TextField item={item} field="notes" label={gettext('Notes')} long />
      <TextField item={item} field="evidence" label={gettext('Evidence (leave empty for an assumption)')} long />
      <ChoiceField
        item={item}
        field="kano"
        label={gettext('Kano class')}
        options={KANO_LABELS}
        empty={gettext('Not set')}
      />
      {item.fields['reported_owner'] ? (
        <p className="hint">
          <Message
            text={gettext('Reported owner: {name}')}
            values={{ name: <bdi>{String(item.fields['reported_owner'])}</bdi> }}
          />
        </p>
      ) : null}
    </>
  )
}

function EmotionPicker({
  value,
  mayChange,
  choose,
}: {
  value: number | null
  mayChange: boolean
  choose: (value: number) => void
}) {
  return (
    <div className="row" role="group" aria-label={gettext('Emotion')}>
      <span className="emotion-picker">
        {[-2, -1, 0, 1, 2].map((level) => (
          <button
            key={level}
            disabled={!mayChange}
            aria-pressed={value === level}
            aria-label={EMOTION_LABELS[level]}
            onClick={() => choose(level)}
          >
            <Face value={level} size={22} />
          </button>
        ))}
      </span>
      <b>{value === null ? gettext('Not rated') : EMOTION_LABELS[value]}</b>
    </div>
  )
}

function StepFields({ item }: { item: Item }) {
  const { urls } = useEditor()
  const opens = item.fields['opens'] as Id | null | undefined
  return (
    <>
      <TextField item={item} field="time_span" label={gettext('When')} />
      <TextField item={item} field="quote" label={gettext('The customer’s words')} long hand />
      {'speaker_notes' in item.fields && (
        <TextField item={item} field="speaker_notes" label={gettext('Speaker notes')} long />
      )}
      {opens && (
        <p>
          <a href={urls['journey']?.replace('{id}', opens)}>
            <Icon name="corner-down-right" size="sm" /> {gettext('Opens another journey')}
          </a>
        </p>
      )}
    </>
  )
}

function StageFields({ item }: { item: Item }) {
  const { store, ui } = useEditor()
  const ownership = ownershipOf(useOwnership(), item.id)
  const names = ownership.claimants.map((person) => String(store.get(person)?.fields['name'] ?? ''))
  return (
    <>
      <TextField item={item} field="time_span" label={gettext('When')} />
      <TextField item={item} field="summary" label={gettext('Summary')} long />
      <LabeledField label={gettext('Director')}>
        <span className="row">
          {names.map((name) => (
            <span key={name} className="person">
              <Avatar name={name} size="sm" />
              <bdi>{name}</bdi>
            </span>
          ))}
          {ownership.state !== 'owned' && (
            <span className={`chip chip-${CLASS_BY_STATE[ownership.state]}`}>{OWNERSHIP_LABELS[ownership.state]}</span>
          )}
          <button className="btn btn-sm" onClick={() => ui.open('person', item.id)}>
            {gettext('Change…')}
          </button>
        </span>
      </LabeledField>
    </>
  )
}

function PromiseFields({ item }: { item: Item }) {
  const editor = useEditor()
  const steps = Object.fromEntries(editor.outline.get().columns.map(({ step }) => [step, titleOf(editor, step)]))
  return (
    <>
      <ChoiceField item={item} field="status" label={gettext('Status')} options={PROMISE_STATUS_LABELS} />
      <TextField item={item} field="evidence" label={gettext('Evidence')} />
      <ChoiceField item={item} field="made_in" label={gettext('Made in')} options={steps} />
      <ChoiceField item={item} field="tested_in" label={gettext('Tested in')} options={steps} />
    </>
  )
}

function MeasureFields({ item }: { item: Item }) {
  const editor = useEditor()
  const readOnly = !useCanEdit(item)
  const { value, target } = item.fields as { value: number | null; target: number | null }
  return (
    <>
      <NumberField
        field={`${item.id} value`}
        label={gettext('Value')}
        value={value}
        readOnly={readOnly}
        onKeep={(next, over) => saveTypedValue(editor, item, 'value', next, over)}
      />
      <TextField item={item} field="unit" label={gettext('Unit')} />
      <NumberField
        field={`${item.id} target`}
        label={gettext('Target')}
        value={target}
        readOnly={readOnly}
        onKeep={(next, over) => saveTypedValue(editor, item, 'target', next, over)}
      />
      <ChoiceField
        item={item}
        field="better"
        label={gettext('Better when')}
        options={{ higher: gettext('Higher'), lower: gettext('Lower') }}
      />
    </>
  )
}

function LabeledField({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="field">
      <span className="label">{label}</span>
      {children}
    </div>
  )
}
