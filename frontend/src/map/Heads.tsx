import { memo } from 'react'
import { stage as newStage } from '../commands/make'
import { COLUMN, HEAD } from '../layout/sizes'
import { type Id, cellKey } from '../model/records'
import { count } from '../model/words'
import { isLocked } from '../store/locks'
import { InlineText } from './InlineText'
import { useBands, useCell, useDerived, useEditor, useMayDraw, useOutline, useRecord, useType } from './hooks'
import { Icon, LockMark } from './marks'

export const StageHeads = memo(function StageHeads() {
  const { stages } = useOutline()
  const total = useType('touchpoint').length
  return (
    <div role="row" className="map-row map-stages" data-rowkey="stages">
      <div role="columnheader" className="map-head map-corner" style={{ width: HEAD }}>{count(total, 'touchpoint')}</div>
      {stages.map((stage, at) => <StageHead key={stage} stage={stage} number={at + 1} isLast={at === stages.length - 1} />)}
    </div>
  )
})

const StageHead = memo(function StageHead({ stage, number, isLast }: { stage: Id; number: number; isLast: boolean }) {
  const editor = useEditor()
  const { view } = editor
  const mayDraw = useMayDraw()
  const steps = useCell(cellKey('step', stage))
  const record = useRecord(stage)
  const bands = useBands()
  const isSelected = useDerived(view.selection, (selection) => selection.has(stage))
  const isCursor = useDerived(view.cursor, (cursor) => cursor?.item === stage)
  const isEdited = useDerived(view.editing, (editing) => editing?.id === stage && editing.field === 'title')
  const addLast = () => {
    view.go({ row: 'stages', step: steps[0] ?? '', item: stage })
    newStage.run(editor)
  }
  return (
    <div role="columnheader" aria-colspan={Math.max(steps.length, 1)} className={bands.has(stage) ? 'map-band' : ''} style={{ width: Math.max(steps.length, 1) * COLUMN }}>
      <div className={`stage-head${isSelected ? ' is-selected' : ''}`} data-item={stage} data-row="stages" data-step={steps[0]} tabIndex={isCursor ? 0 : -1}>
        <span className="stage-mark">
          <span className="stage-no">{number}</span>
          {isLocked(record) && <LockMark />}
        </span>
        {isEdited ? <InlineText label="Stage" /> : <span className="map-stage-name" dir="auto">{String(record?.fields['title'] ?? '')}</span>}
        {record?.fields['time_span'] ? <small dir="auto">{String(record.fields['time_span'])}</small> : null}
      </div>
      {isLast && mayDraw && <button className="btn btn-quiet btn-sm stage-add" tabIndex={-1} onClick={addLast}><Icon name="plus" size="sm" />Stage</button>}
    </div>
  )
})

export const StepHeads = memo(function StepHeads() {
  const { columns } = useOutline()
  return (
    <div role="row" className="map-row map-steps" data-rowkey="steps">
      <div role="columnheader" className="map-head map-corner" style={{ width: HEAD }}><span className="sr">Step</span></div>
      {columns.map((column) => <StepHead key={column.step} step={column.step} stage={column.stage} />)}
    </div>
  )
})

const StepHead = memo(function StepHead({ step, stage }: { step: Id; stage: Id }) {
  const { view } = useEditor()
  const record = useRecord(step)
  const mayDraw = useMayDraw()
  const bands = useBands()
  const isSelected = useDerived(view.selection, (selection) => selection.has(step))
  const isCursor = useDerived(view.cursor, (cursor) => cursor?.item === step)
  const isEdited = useDerived(view.editing, (editing) => editing?.id === step && editing.field === 'title')
  return (
    <div role="columnheader" className={bands.has(stage) ? 'map-band' : ''} style={{ width: COLUMN }}>
      <div className={`step-head${isSelected ? ' is-selected' : ''}`} data-item={step} data-row="steps" data-step={step} tabIndex={isCursor ? 0 : -1}>
        {isEdited ? <InlineText label="Step" /> : <span className="step-name" dir="auto">{String(record?.fields['title'] ?? '')}</span>}
        {record?.fields['opens'] ? <Icon name="corner-down-right" size="sm" /> : null}
      </div>
      {mayDraw && (
        <button className="step-add" tabIndex={-1} aria-label={`New step after ${String(record?.fields['title'] ?? '')}`} data-add-step={step}>
          <Icon name="plus" size="sm" />
        </button>
      )}
    </div>
  )
})
