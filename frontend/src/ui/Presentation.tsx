import { useState } from 'react'
import { titleOf } from '../commands/positionText'
import { curvePaths, emotionPoints, yForEmotion } from '../layout/emotionCurve'
import { COLUMN_WIDTH, EMOTION_ROW_HEIGHT } from '../layout/sizes'
import { flipForRtl } from '../lib/direction'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { FrameImage } from '../map/FrameImage'
import { ownershipOf, useEditor, useOutline, useOwnership } from '../map/hooks'
import { Avatar, Face, Icon, Tile } from '../map/icons'
import { type Id, cellKey, isA } from '../model/records'
import { OWNERSHIP_LABELS, PROMISE_STATUS_LABELS, emotionLabel } from '../model/labels'
import { CLASS_BY_STATE } from '../model/ownership'
import { meanEmotion, touchpointsOfStep } from '../store/outline'
import { openDialog } from './dialogState'
import { useFullScreen } from './fullScreen'

type Slide = { readonly kind: 'stage' | 'step'; readonly id: Id; readonly stage: Id; readonly column: number }

/** Full-screen presentation of the journey, stage by stage and step by step, controlled with the keyboard. */
export function Presentation() {
  const { store, state } = useEditor()
  const { stages, columns } = useOutline()
  const slides = stages.flatMap((stage): Slide[] => {
    const own = columns.filter((column) => column.stage === stage)
    return [
      { kind: 'stage', id: stage, stage, column: own[0]?.number ?? 0 },
      ...own.map((column): Slide => ({ kind: 'step', id: column.step, stage, column: column.number })),
    ]
  })
  const here = state.cursor.get()?.step
  const [index, setIndex] = useState(() =>
    Math.max(
      0,
      slides.findIndex((slide) => slide.kind === 'step' && slide.id === here),
    ),
  )
  const [withNotes, setNotes] = useState(false)
  const [isBlack, setBlack] = useState(false)
  const screen = useFullScreen()
  const slide = slides[Math.min(index, slides.length - 1)]
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by: Readonly<Record<string, number>> = {
      ArrowRight: flipForRtl(1),
      PageDown: 1,
      Space: 1,
      Enter: 1,
      ArrowLeft: flipForRtl(-1),
      PageUp: -1,
      Backspace: -1,
    }
    const key = keyName(event)
    if (by[key]) setIndex((now) => Math.max(0, Math.min(slides.length - 1, now + (by[key] ?? 0))))
    else if (key === 'Home') setIndex(0)
    else if (key === 'End') setIndex(slides.length - 1)
    else if (key === 'N') setNotes((now) => !now)
    else if (key === 'B') setBlack((now) => !now)
    else if (key === 'Escape') openDialog.set(null)
    else return
    event.preventDefault()
  }
  if (!slide) return null
  const title = String(store.get(slide.id)?.fields['title'] ?? '')
  return (
    <div
      className={isBlack ? 'presentation is-black' : 'presentation'}
      role="dialog"
      aria-modal
      aria-label={gettext('Presentation')}
      tabIndex={-1}
      ref={screen}
      onKeyDown={onKeyDown}
    >
      <section
        className={`presentation-${slide.kind}`}
        aria-live="polite"
        aria-label={gettext('{number} of {total}: {title}', { number: index + 1, total: slides.length, title })}
      >
        {slide.kind === 'stage' ? (
          <StageSlide id={slide.id} number={stages.indexOf(slide.id) + 1} />
        ) : (
          <StepSlide id={slide.id} stage={slide.stage} />
        )}
        {withNotes && (
          <p className="presentation-notes" dir="auto">
            {String(
              store.get(slide.id)?.fields['speaker_notes'] ||
                store.get(slide.id)?.fields['summary'] ||
                gettext('No notes for this slide.'),
            )}
          </p>
        )}
      </section>
      <JourneyProgress column={slide.column} />
      <div className="presentation-bar">
        <button
          className="btn btn-sm btn-icon"
          aria-label={gettext('Previous')}
          disabled={index === 0}
          onClick={() => setIndex(index - 1)}
        >
          <Icon name="arrow-left" />
        </button>
        <span className="num">
          <span>{index + 1}</span> / <span>{slides.length}</span>
        </span>
        <button
          className="btn btn-sm btn-icon"
          aria-label={gettext('Next')}
          disabled={index === slides.length - 1}
          onClick={() => setIndex(index + 1)}
        >
          <Icon name="arrow-right" />
        </button>
        <span className="hint">
          <kbd>←</kbd>
          <kbd>→</kbd> {gettext('move')} <kbd>N</kbd> {gettext('notes')} <kbd>B</kbd> {gettext('black screen')}
        </span>
        <button className="btn btn-sm" onClick={() => openDialog.set(null)}>
          <Icon name="x" />
          {gettext('End')}
        </button>
      </div>
    </div>
  )
}

function StageSlide({ id, number }: { id: Id; number: number }) {
  const { store } = useEditor()
  const { title, time_span: span, summary } = store.get(id)?.fields ?? {}
  return (
    <>
      <span className="stage-no">{number}</span>
      <h1 dir="auto">{String(title ?? '')}</h1>
      {span ? (
        <p className="lede" dir="auto">
          {String(span)}
        </p>
      ) : null}
      {summary ? (
        <p className="lede" dir="auto">
          {String(summary)}
        </p>
      ) : null}
      <StageOwner stage={id} />
    </>
  )
}

function StepSlide({ id, stage }: { id: Id; stage: Id }) {
  const editor = useEditor()
  const { store } = editor
  const { lanes } = useOutline()
  const step = store.get(id)
  const emotion = meanEmotion(store, id, lanes)
  const scenes = store.inCell(cellKey('frame', id))
  const promises = store
    .ofType('promise')
    .map((id) => store.get(id))
    .filter((item) => item?.fields['tested_in'] === id)
  return (
    <>
      <p className="soft" dir="auto">
        {titleOf(editor, stage)}
      </p>
      <h1 dir="auto">{String(step?.fields['title'] ?? '')}</h1>
      <p className="emotion">
        <Face value={emotion} size={36} />
        <span>{emotionLabel(emotion)}</span>
      </p>
      {step?.fields['quote'] ? (
        <blockquote dir="auto">
          “<span>{String(step.fields['quote'])}</span>”
        </blockquote>
      ) : null}
      {scenes.length > 0 && (
        <p className="presentation-scenes">
          {scenes.map((frame) => (
            <FrameImage key={frame} frame={frame} alt={String(store.get(frame)?.fields['alt_text'])} />
          ))}
        </p>
      )}
      <ul className="presentation-cards">
        {touchpointsOfStep(store, id, lanes).map((card) => (
          <PresentCard key={card} id={card} />
        ))}
      </ul>
      {promises.map(
        (item) =>
          isA(item, 'promise') && (
            <p key={item.id} className={`promise promise-${item.fields.status}`}>
              <b dir="auto">{item.fields.title}</b>
              <em dir="auto">{item.fields.evidence || PROMISE_STATUS_LABELS[item.fields.status]}</em>
            </p>
          ),
      )}
      <StageOwner stage={stage} />
    </>
  )
}

function PresentCard({ id }: { id: Id }) {
  const { store } = useEditor()
  const item = store.get(id)
  const department = store.get(store.get(item?.fields['lane'] as Id)?.fields['department'] as Id | null)
  const channel = store.get(item?.fields['channel'] as Id | null)
  return (
    <li className="touch">
      <Tile department={department} glyph={String(channel?.fields['glyph'] ?? '')} />
      <span dir="auto">
        <span>{String(item?.fields['title'] ?? '')}</span>
        <small>{String(department?.fields['name'] ?? '')}</small>
      </span>
    </li>
  )
}

function StageOwner({ stage }: { stage: Id }) {
  const { store } = useEditor()
  const ownership = ownershipOf(useOwnership(), stage)
  const names = ownership.claimants.map((person) => String(store.get(person)?.fields['name'] ?? ''))
  return (
    <div className={`bracket bracket-${CLASS_BY_STATE[ownership.state]} presentation-who`}>
      <span className="avs">
        {names.map((name) => (
          <Avatar key={name} name={name} />
        ))}
        {!names.length && <Avatar name={undefined} />}
      </span>
      <span className="grow">
        <b dir="auto">{names.join(' × ') || gettext('Who should it be?')}</b>
        <small>{OWNERSHIP_LABELS[ownership.state]}</small>
      </span>
    </div>
  )
}

/** The thin curve at the bottom that shows the position in the journey. */
function JourneyProgress({ column }: { column: number }) {
  const { store } = useEditor()
  const { columns, lanes } = useOutline()
  const values = columns.map((column) => meanEmotion(store, column.step, lanes))
  const width = Math.max(columns.length, 1) * COLUMN_WIDTH
  return (
    <svg
      className="presentation-curve"
      viewBox={`0 0 ${width} ${EMOTION_ROW_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {curvePaths(emotionPoints(values)).map((path) => (
        <path key={path} d={path} />
      ))}
      <path
        className="presentation-here"
        d={`M${(column + 0.5) * COLUMN_WIDTH} ${yForEmotion(values[column] ?? 0)}h0`}
      />
    </svg>
  )
}
