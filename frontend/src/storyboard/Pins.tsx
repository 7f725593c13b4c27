import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from 'react'
import { flipForRtl } from '../lib/direction'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { useEditor, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'
import type { Id } from '../model/records'
import { isOpen } from '../store/comments'
import { CommentBox } from '../ui/CommentsPanel'
import { useStoryboard } from './context'
import { useThreads } from './hooks'
import { type Pin, cancelPin, movePin, openThread, pinsOf } from './commentPins'
import type { NewPin } from './state'

const STEP = 0.02 // by which an arrow key moves a new pin
const LONG_STEP = 0.1 // with Shift
const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The pins of a frame's comments over its paper. With the comment tool, a click puts a new one. */
export function Pins({ frame, title }: { frame: Id; title: string }) {
  const { state } = useStoryboard()
  const tool = useSignal(state.tool)
  const newPin = useSignal(state.newPin)
  const pins = pinsOf(useThreads(frame))
  const isPlacing = tool === 'comment'
  const put = ({ currentTarget, clientX, clientY }: MouseEvent<HTMLElement>) => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect()
    movePin(state, frame, (clientX - left) / width, (clientY - top) / height, true)
  }
  return (
    <div className="sb-pins" data-tool={tool}>
      {isPlacing && <div className="sb-pin-target" onClick={put} />}
      {pins.map((pin) => (
        <PinButton key={pin.thread.root.id} pin={pin} />
      ))}
      {isPlacing && newPin?.frame === frame && <NewPinButton pin={newPin} title={title} />}
    </div>
  )
}

function placeStyle({ x, y }: { x: number; y: number }) {
  return { left: `${x * 100}%`, top: `${y * 100}%` }
}

function PinButton({ pin }: { pin: Pin }) {
  const { members } = useEditor()
  const { state } = useStoryboard()
  useSignal(members.byId)
  const { number, thread } = pin
  const { author, guest_name: guest, body } = thread.root.fields
  const name = author ? members.nameOf(author) : String(guest)
  const [line] = String(body).split('\n')
  const label = gettext('Comment {number} by {name}: {text}', { number, name, text: line ?? '' })
  const resolvedLabel = gettext('{label} (resolved)', { label })
  return (
    <button
      className={`sb-pin${isOpen(thread) ? '' : ' is-resolved'}`}
      style={placeStyle(pin)}
      aria-pressed={useSignal(state.thread) === thread.root.id}
      aria-label={isOpen(thread) ? label : resolvedLabel}
      onClick={() => openThread(state, thread.root.id)}
    >
      {isOpen(thread) ? number : <Icon name="check" size="sm" />}
      <span className={`sb-pin-tip${flipForRtl(pin.x - 0.5) > 0.1 ? ' is-before' : ''}`}>
        <b dir="auto">{name}</b>
        <span dir="auto">{line}</span>
      </span>
    </button>
  )
}

function NewPinButton({ pin, title }: { pin: NewPin; title: string }) {
  const { state } = useStoryboard()
  const { frame, x, y, isWriting } = pin
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!isWriting) button.current?.focus()
  }, [isWriting])
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[keyName(event).replace('Shift+', '')]
    const step = event.shiftKey ? LONG_STEP : STEP
    if (!direction) return
    movePin(state, frame, x + direction[0] * step, y + direction[1] * step)
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <button
        ref={button}
        className="sb-pin is-new"
        style={placeStyle(pin)}
        aria-label={gettext('New comment. Move it with the arrow keys. Press Enter to write.')}
        onKeyDown={onKeyDown}
        onClick={() => movePin(state, frame, x, y, true)}
      >
        <Icon name="plus" size="sm" />
      </button>
      {isWriting && <Composer key={`${x} ${y}`} pin={pin} title={title} />}
    </>
  )
}

/** The field for the text of a comment at a new place. Its text is kept as a draft if it isn't sent. */
function Composer({ pin, title }: { pin: NewPin; title: string }) {
  const { journey } = useEditor()
  const { state } = useStoryboard()
  const { frame, x, y } = pin
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.querySelector('textarea')?.focus(), [])
  const side = x > 0.6 ? { right: `${(1 - x) * 100}%` } : { left: `${x * 100}%` }
  const edge = y > 0.6 ? { bottom: `${(1 - y) * 100}%` } : { top: `${y * 100}%` }
  return (
    <div
      ref={box}
      className="sb-composer"
      role="group"
      aria-label={gettext('New comment')}
      style={{ ...side, ...edge }}
      onKeyDown={(event) => keyName(event) === 'Escape' && cancelPin(state)}
    >
      <CommentBox
        about={`${frame} place`}
        label={gettext('Comment on this place')}
        keptAs={gettext('Comment on “{title}”', { title })}
        send={{ journey, subject_type: 'frame', subject_id: frame, x, y }}
        onSent={(thread) => {
          cancelPin(state)
          openThread(state, thread)
        }}
      />
      <button className="btn btn-quiet btn-sm" onClick={() => cancelPin(state)}>
        {gettext('Cancel')}
      </button>
    </div>
  )
}
