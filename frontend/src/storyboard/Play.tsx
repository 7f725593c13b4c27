import { useEffect, useState } from 'react'
import { flipForRtl } from '../lib/direction'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { useRecord, useSignal } from '../map/hooks'
import { Face, Icon } from '../map/icons'
import { emotionLabel } from '../model/labels'
import { useFullScreen } from '../ui/fullScreen'
import { useStoryboard } from './context'
import { useStepEmotion } from './FeelingSlider'
import type { FilmFrame } from './film'
import { FrameImage } from '../map/FrameImage'
import { useFilm } from './hooks'

const DEFAULT_SECONDS = 5

/** Plays the storyboard in full screen, each frame for its duration. */
export function Play() {
  const { state } = useStoryboard()
  const film = useFilm()
  const open = useSignal(state.frame)
  const [isRunning, setRunning] = useState(true)
  const [withNotes, setNotes] = useState(false)
  const screen = useFullScreen()
  const at = Math.max(
    0,
    film.findIndex((frame) => frame.id === open),
  )
  const frame = film[at]
  const seconds = Number(useRecord(frame?.id)?.fields['duration'] ?? DEFAULT_SECONDS)
  const isLast = at === film.length - 1
  const next = film[at + 1]?.id
  useEffect(() => {
    if (!isRunning || !next) return
    const timer = setTimeout(() => state.frame.set(next), seconds * 1000)
    return () => clearTimeout(timer)
  }, [isRunning, next, seconds, state])
  if (!frame) return null
  const go = (to: number) => state.frame.set(film[Math.max(0, Math.min(film.length - 1, to))]?.id ?? frame.id)
  const end = () => state.isPlaying.set(false)
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by: Readonly<Record<string, number>> = {
      ArrowRight: flipForRtl(1),
      PageDown: 1,
      ArrowLeft: flipForRtl(-1),
      PageUp: -1,
    }
    const key = keyName(event)
    if (by[key]) go(at + (by[key] ?? 0))
    else if (key === 'Home') go(0)
    else if (key === 'End') go(film.length - 1)
    else if (key === 'Space') setRunning(!isRunning)
    else if (key === 'N') setNotes(!withNotes)
    else if (key === 'Escape') end()
    else return
    event.preventDefault()
  }
  return (
    <div
      className="sb-play"
      role="dialog"
      aria-modal
      aria-label={gettext('Play story')}
      tabIndex={-1}
      ref={screen}
      onKeyDown={onKeyDown}
    >
      <Scene key={frame.id} frame={frame} total={film.length} withNotes={withNotes} onTap={() => go(at + 1)} />
      <div className="presentation-bar">
        <button
          className="btn btn-sm btn-icon"
          aria-label={gettext('Previous')}
          disabled={at === 0}
          onClick={() => go(at - 1)}
        >
          <Icon name="arrow-left" />
        </button>
        <button
          className="btn btn-sm btn-icon"
          aria-label={isRunning ? gettext('Pause') : gettext('Play')}
          disabled={isLast}
          onClick={() => setRunning(!isRunning)}
        >
          <Icon name={isRunning && !isLast ? 'pause' : 'play'} />
        </button>
        <span className="num">
          <span>{at + 1}</span> / <span>{film.length}</span>
        </span>
        <button
          className="btn btn-sm btn-icon"
          aria-label={gettext('Next')}
          disabled={isLast}
          onClick={() => go(at + 1)}
        >
          <Icon name="arrow-right" />
        </button>
        <span className="hint">
          <kbd>←</kbd>
          <kbd>→</kbd> {gettext('move')} <kbd>{gettext('Space')}</kbd> {gettext('pause')} <kbd>N</kbd>{' '}
          {gettext('notes')}
        </span>
        <button className="btn btn-sm" onClick={end}>
          <Icon name="x" />
          {gettext('End')}
        </button>
      </div>
    </div>
  )
}

function Scene({
  frame,
  total,
  withNotes,
  onTap,
}: {
  frame: FilmFrame
  total: number
  withNotes: boolean
  onTap: () => void
}) {
  const fields = useRecord(frame.id)?.fields ?? {}
  const emotion = useStepEmotion(frame.step)
  const step = useRecord(frame.step)
  const caption = String(fields['caption'] || (step?.fields['title'] ?? ''))
  const speech = String(fields['speech'] ?? '')
  const notes = String(fields['notes'] ?? '')
  return (
    <section
      className="sb-scene"
      aria-live="polite"
      aria-label={gettext('{number} of {total}: {title}', { number: frame.number, total, title: caption })}
      onClick={onTap}
    >
      <FrameImage frame={frame.id} alt={String(fields['alt_text'] ?? '') || caption} />
      <div className="sb-scene-text">
        <Face value={emotion} size={28} />
        <span className="sr">{emotionLabel(emotion)}</span>
        <h1 dir="auto">{caption}</h1>
        {speech && (
          <p className="handwriting" dir="auto">
            {speech}
          </p>
        )}
      </div>
      {withNotes && (
        <p className="presentation-notes" dir="auto">
          {notes || gettext('No notes for this frame.')}
        </p>
      )}
    </section>
  )
}
