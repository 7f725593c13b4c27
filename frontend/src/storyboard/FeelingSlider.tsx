import type { KeyboardEvent } from 'react'
import { setEmotion } from '../commands/ratingCommands'
import { flipForRtl } from '../lib/direction'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { useEditor, useOutline, useStepEmotions } from '../map/hooks'
import { Face } from '../map/icons'
import { EMOTION_LABELS, emotionLabel, nearestLevel } from '../model/labels'
import type { Id } from '../model/records'
import { touchpointsOfStep } from '../store/outline'

const LEVELS = [-2, -1, 0, 1, 2] as const

/** Return the emotion of a step, as the map shows it. */
export function useStepEmotion(step: Id): number | null {
  const { columns } = useOutline()
  const emotions = useStepEmotions()
  return emotions[columns.findIndex((column) => column.step === step)] ?? null
}

/** How the customer feels at a step: the same value as on the map. */
export function FeelingSlider({ step, mayChange }: { step: Id; mayChange: boolean }) {
  const editor = useEditor()
  const { lanes } = useOutline()
  const value = useStepEmotion(step)
  const level = value === null ? null : nearestLevel(value)
  const touchpoints = touchpointsOfStep(editor.store, step, lanes)
  const choose = (emotion: number) => setEmotion(editor, touchpoints, emotion)
  const isOff = !mayChange || !touchpoints.length
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by: Readonly<Record<string, number>> = {
      ArrowRight: flipForRtl(1),
      ArrowUp: 1,
      ArrowLeft: flipForRtl(-1),
      ArrowDown: -1,
    }
    const change = by[keyName(event)]
    if (!change || isOff) return
    event.preventDefault()
    const next = Math.max(-2, Math.min(2, (level ?? 0) + change))
    choose(next)
    event.currentTarget.querySelectorAll<HTMLElement>('[role="radio"]')[next + 2]?.focus()
  }
  return (
    <div className="field">
      <span className="label" id="feeling">
        {gettext('How it feels')}
      </span>
      <div className="feeling" role="radiogroup" aria-labelledby="feeling" onKeyDown={onKeyDown}>
        {LEVELS.map((emotion) => (
          <button
            key={emotion}
            role="radio"
            aria-checked={emotion === level}
            aria-label={EMOTION_LABELS[emotion]}
            title={EMOTION_LABELS[emotion]}
            tabIndex={emotion === (level ?? 0) ? 0 : -1}
            disabled={isOff}
            onClick={() => choose(emotion)}
          >
            <Face value={emotion} size={emotion === level ? 28 : 20} />
          </button>
        ))}
      </div>
      <p className="hint">
        {touchpoints.length ? (
          <b>{emotionLabel(value)}</b>
        ) : (
          gettext('To rate this step, add a touchpoint to it on the map.')
        )}
      </p>
    </div>
  )
}
