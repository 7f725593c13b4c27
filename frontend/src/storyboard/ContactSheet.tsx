import { gettext } from '../lib/i18n'
import { useMayDraw, useOutline, useRecord } from '../map/hooks'
import { Face, Icon } from '../map/icons'
import { emotionLabel } from '../model/labels'
import type { Id } from '../model/records'
import { useStoryboard } from './context'
import { useStepEmotion } from './FeelingSlider'
import type { FilmFrame } from './film'
import { addFrame } from './frameCommands'
import { FrameImage } from '../map/FrameImage'
import { useFilm } from './hooks'

/** All frames at once, by step. */
export function ContactSheet() {
  const { state } = useStoryboard()
  const { columns } = useOutline()
  const film = useFilm()
  return (
    <div className="sb-sheet">
      <header className="sb-head">
        <h2 className="grow">{gettext('Contact sheet')}</h2>
        <button className="btn btn-sm" onClick={() => state.view.set('frame')}>
          <Icon name="x" size="sm" />
          {gettext('Close')}
        </button>
      </header>
      <ol className="sb-steps">
        {columns.map(({ step }) => (
          <StepFrames key={step} step={step} frames={film.filter((frame) => frame.step === step)} />
        ))}
      </ol>
    </div>
  )
}

function StepFrames({ step, frames }: { step: Id; frames: readonly FilmFrame[] }) {
  const board = useStoryboard()
  const mayDraw = useMayDraw()
  const emotion = useStepEmotion(step)
  const title = String(useRecord(step)?.fields['title'] ?? '')
  const add = () => {
    addFrame(board, step)
    board.state.view.set('frame')
  }
  return (
    <li>
      <h3>
        <Face value={emotion} size={18} />
        <span dir="auto">{title}</span>
        <span className="sr">{emotionLabel(emotion)}</span>
        {mayDraw && (
          <button
            className="btn btn-quiet btn-sm btn-icon"
            aria-label={gettext('Add a frame to “{title}”', { title })}
            onClick={add}
          >
            <Icon name="plus" />
          </button>
        )}
      </h3>
      {frames.length > 0 && (
        <ul>
          {frames.map((frame) => (
            <SheetFrame key={frame.id} frame={frame} />
          ))}
        </ul>
      )}
    </li>
  )
}

function SheetFrame({ frame }: { frame: FilmFrame }) {
  const { state } = useStoryboard()
  const caption = String(useRecord(frame.id)?.fields['caption'] ?? '')
  const open = () => {
    state.frame.set(frame.id)
    state.view.set('frame')
  }
  return (
    <li>
      <button onClick={open}>
        <FrameImage frame={frame.id} />
        <span className="sb-caption">
          <span className="num">{frame.number}</span> <bdi>{caption || gettext('No caption')}</bdi>
        </span>
      </button>
    </li>
  )
}
