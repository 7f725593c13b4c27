import { memo } from 'react'
import { createStage as newStage } from '../commands/createCommands'
import { COLUMN_WIDTH, ROW_HEADER_WIDTH } from '../layout/sizes'
import { gettext, ngettext } from '../lib/i18n'
import { type Id, cellKey } from '../model/records'
import { isLocked } from '../store/locks'
import { InlineText } from './InlineText'
import {
  useStripedStages,
  useCellIds,
  useSignalSelector,
  useEditor,
  useMayDraw,
  useOutline,
  useRecord,
  useRecordIds,
} from './hooks'
import { Icon, LockBadge } from './icons'

export const StageHeaders = memo(function StageHeaders() {
  const { stages } = useOutline()
  const total = useRecordIds('touchpoint').length
  return (
    <div role="row" className="map-row map-stages" data-rowkey="stages">
      <div role="columnheader" className="map-head map-corner" style={{ width: ROW_HEADER_WIDTH }}>
        {ngettext('{n} touchpoint', '{n} touchpoints', total)}
      </div>
      {stages.map((stage, at) => (
        <StageHeader key={stage} stage={stage} number={at + 1} isLast={at === stages.length - 1} />
      ))}
    </div>
  )
})

const StageHeader = memo(function StageHeader({
  stage,
  number,
  isLast,
}: {
  stage: Id
  number: number
  isLast: boolean
}) {
  const editor = useEditor()
  const { state } = editor
  const mayDraw = useMayDraw()
  const steps = useCellIds(cellKey('step', stage))
  const record = useRecord(stage)
  const stripedStages = useStripedStages()
  const isSelected = useSignalSelector(state.selection, (selection) => selection.has(stage))
  const isCursor = useSignalSelector(state.cursor, (cursor) => cursor?.item === stage)
  const isEdited = useSignalSelector(state.inlineEdit, (editing) => editing?.id === stage && editing.field === 'title')
  const addStage = () => {
    state.placeCursor({ row: 'stages', step: steps[0] ?? '', item: stage })
    newStage.run(editor)
  }
  return (
    <div
      role="columnheader"
      aria-colspan={Math.max(steps.length, 1)}
      className={stripedStages.has(stage) ? 'map-band' : ''}
      style={{ width: Math.max(steps.length, 1) * COLUMN_WIDTH }}
    >
      <div
        className={`stage-head${isSelected ? ' is-selected' : ''}`}
        data-item={stage}
        data-row="stages"
        data-step={steps[0]}
        tabIndex={isCursor ? 0 : -1}
      >
        <span className="stage-badge">
          <span className="stage-no">{number}</span>
          {isLocked(record) && <LockBadge />}
        </span>
        {isEdited ? (
          <InlineText label={gettext('Stage')} />
        ) : (
          <span className="map-stage-name" dir="auto">
            {String(record?.fields['title'] ?? '')}
          </span>
        )}
        {record?.fields['time_span'] ? <small dir="auto">{String(record.fields['time_span'])}</small> : null}
      </div>
      {isLast && mayDraw && (
        <button className="btn btn-quiet btn-sm stage-add" tabIndex={-1} onClick={addStage}>
          <Icon name="plus" size="sm" />
          {gettext('Stage')}
        </button>
      )}
    </div>
  )
})

export const StepHeaders = memo(function StepHeaders() {
  const { columns } = useOutline()
  return (
    <div role="row" className="map-row map-steps" data-rowkey="steps">
      <div role="columnheader" className="map-head map-corner" style={{ width: ROW_HEADER_WIDTH }}>
        <span className="sr">{gettext('Step')}</span>
      </div>
      {columns.map((column) => (
        <StepHeader key={column.step} step={column.step} stage={column.stage} />
      ))}
    </div>
  )
})

const StepHeader = memo(function StepHeader({ step, stage }: { step: Id; stage: Id }) {
  const { state } = useEditor()
  const record = useRecord(step)
  const mayDraw = useMayDraw()
  const stripedStages = useStripedStages()
  const isSelected = useSignalSelector(state.selection, (selection) => selection.has(step))
  const isCursor = useSignalSelector(state.cursor, (cursor) => cursor?.item === step)
  const isEdited = useSignalSelector(state.inlineEdit, (editing) => editing?.id === step && editing.field === 'title')
  return (
    <div role="columnheader" className={stripedStages.has(stage) ? 'map-band' : ''} style={{ width: COLUMN_WIDTH }}>
      <div
        className={`step-head${isSelected ? ' is-selected' : ''}`}
        data-item={step}
        data-row="steps"
        data-step={step}
        tabIndex={isCursor ? 0 : -1}
      >
        {isEdited ? (
          <InlineText label={gettext('Step')} />
        ) : (
          <span className="step-name" dir="auto">
            {String(record?.fields['title'] ?? '')}
          </span>
        )}
        {record?.fields['opens'] ? <Icon name="corner-down-right" size="sm" /> : null}
      </div>
      {mayDraw && (
        <button
          className="step-add"
          tabIndex={-1}
          aria-label={gettext('New step after {title}', { title: String(record?.fields['title'] ?? '') })}
          data-add-step={step}
        >
          <Icon name="plus" size="sm" />
        </button>
      )}
    </div>
  )
})
