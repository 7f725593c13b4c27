import {
  DndContext,
  type DragEndEvent,
  PointerSensor,
  TouchSensor,
  useDraggable,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import { smoothPath } from '../layout/emotionCurve'
import { flipForRtl } from '../lib/direction'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { useMayDraw, useOtherPeers, useRecord, useSignal, useStepEmotions, useOutline } from '../map/hooks'
import { Face, Icon } from '../map/icons'
import { emotionLabel, presenceColor } from '../model/labels'
import type { Id } from '../model/records'
import { useStoryboard } from './context'
import { addFrame, moveFrame, removeFrame } from './frameCommands'
import type { FilmFrame } from './film'
import { FrameImage } from '../map/FrameImage'
import { frameName, useFilm, usePromiseAt } from './hooks'

export const THUMB_WIDTH = 150
const SLOT_WIDTH = 46 // of a step without frames
const GAP = 14
const MARGIN = 18
const LINE_HEIGHT = 44
const LINE_MIDDLE = 22
const FILM_KEYS = ['ArrowLeft', 'ArrowRight', 'Alt+ArrowLeft', 'Alt+ArrowRight', 'Delete'].join(' ')
const LINE_SWING = 15 // px from neutral to the strongest emotion

type Item = { readonly frame: FilmFrame; readonly step: Id } | { readonly frame: null; readonly step: Id }

/** The frames in order, below the emotion curve. A step without frames has a slot to add one. */
export function FilmStrip() {
  const board = useStoryboard()
  const { columns } = useOutline()
  const emotions = useStepEmotions()
  const film = useFilm()
  const mayDraw = useMayDraw()
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 8 } }),
  )
  const items = useMemo(
    () =>
      columns.flatMap(({ step }): Item[] => {
        const frames = film.filter((frame) => frame.step === step)
        return frames.length ? frames.map((frame) => ({ frame, step })) : mayDraw ? [{ frame: null, step }] : []
      }),
    [columns, film, mayDraw],
  )
  const places = placesOf(items)
  const width = (places.at(-1)?.end ?? 0) + MARGIN + SLOT_WIDTH + GAP
  const points = items.flatMap((item, at) => {
    const emotion = emotions[columns.findIndex(({ step }) => step === item.step)]
    const place = places[at]
    return typeof emotion === 'number' && place
      ? [{ key: item.frame?.id ?? item.step, emotion, x: place.middle, y: LINE_MIDDLE - (emotion * LINE_SWING) / 2 }]
      : []
  })
  const onDragEnd = ({ active, delta }: DragEndEvent) => {
    const from = film.findIndex((frame) => frame.id === active.id)
    const by = Math.round(flipForRtl(delta.x) / (THUMB_WIDTH + GAP))
    moveFrame(board, film, String(active.id), Math.max(0, Math.min(film.length - 1, from + by)))
  }
  return (
    <footer className="sb-film">
      <div className="sb-film-scroll">
        <div className="sb-film-track" style={{ inlineSize: width }}>
          <svg
            className="sb-feel-line"
            viewBox={`0 0 ${width} ${LINE_HEIGHT}`}
            width={width}
            height={LINE_HEIGHT}
            aria-hidden="true"
          >
            <defs>
              <linearGradient id="sb-feel" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="7" y2="37">
                {[2, 1, 0, -1, -2].map((level, at) => (
                  <stop key={level} className={`feel-${level}`} offset={at / 4} />
                ))}
              </linearGradient>
            </defs>
            <path className="map-neutral" d={`M0 ${LINE_MIDDLE}H${width}`} />
            {points.length > 1 && (
              <path className="map-line" stroke="url(#sb-feel)" d={smoothPath(points.map(({ x, y }) => [x, y]))} />
            )}
          </svg>
          {points.map(({ key, emotion, x, y }) => (
            <span
              key={key}
              className="sb-feel-face"
              style={{ insetInlineStart: x, insetBlockStart: y }}
              aria-hidden="true"
            >
              <Face value={emotion} size={18} />
            </span>
          ))}
          <DndContext
            sensors={sensors}
            onDragEnd={onDragEnd}
            accessibility={{ screenReaderInstructions: { draggable: '' } }}
          >
            <ol className="sb-frames" aria-label={gettext('Frames')}>
              {items.map((item) =>
                item.frame ? (
                  <FilmItem key={item.frame.id} frame={item.frame} film={film} />
                ) : (
                  <li key={item.step}>
                    <AddSlot step={item.step} />
                  </li>
                ),
              )}
              {mayDraw && film.length > 0 && (
                <li>
                  <button
                    className="sb-slot"
                    aria-label={gettext('Add a frame')}
                    title={gettext('Add a frame after this one')}
                    onClick={() => addFrame(board)}
                  >
                    <Icon name="plus" />
                  </button>
                </li>
              )}
            </ol>
          </DndContext>
        </div>
      </div>
    </footer>
  )
}

function AddSlot({ step }: { step: Id }) {
  const board = useStoryboard()
  const title = String(useRecord(step)?.fields['title'] ?? '')
  const name = gettext('Add a frame to “{title}”', { title })
  return (
    <button className="sb-slot" aria-label={name} title={name} onClick={() => addFrame(board, step)}>
      <Icon name="plus" />
    </button>
  )
}

function FilmItem({ frame, film }: { frame: FilmFrame; film: readonly FilmFrame[] }) {
  const board = useStoryboard()
  const { state } = board
  const mayDraw = useMayDraw()
  const item = useRecord(frame.id)
  const isOpen = useSignal(state.frame) === frame.id
  const { columns } = useOutline()
  const emotion = useStepEmotions()[columns.findIndex(({ step }) => step === frame.step)] ?? null
  const promise = usePromiseAt(frame.step)
  const peers = useOtherPeers().filter((peer) => peer.sel[0] === frame.id)
  const button = useRef<HTMLButtonElement>(null)
  const { listeners, setNodeRef, transform, isDragging } = useDraggable({ id: frame.id, disabled: !mayDraw })
  useEffect(() => {
    if (isOpen) button.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isOpen])
  const caption = String(item?.fields['caption'] ?? '')
  const open = (id: Id | undefined) => {
    if (!id) return
    state.frame.set(id)
    setTimeout(() => document.querySelector<HTMLElement>(`[data-film="${id}"]`)?.focus())
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = frame.number - 1
    const by: Readonly<Record<string, number>> = { ArrowRight: flipForRtl(1), ArrowLeft: flipForRtl(-1) }
    const key = keyName(event)
    const step = by[key] ?? 0
    const move = by[key.replace('Alt+', '')] ?? 0
    if (step) open(film[at + step]?.id)
    else if (key === 'Home') open(film[0]?.id)
    else if (key === 'End') open(film.at(-1)?.id)
    else if (key.startsWith('Alt+') && move && mayDraw) {
      moveFrame(board, film, frame.id, at + move)
      open(frame.id)
    } else if (key === 'Delete' && mayDraw) open(removeFrame(board, film, frame.id))
    else return
    event.preventDefault()
  }
  const status = promise?.fields['status']
  return (
    <li
      ref={setNodeRef}
      className={['sb-frame', isOpen && 'is-open', isDragging && 'is-dragged'].filter(Boolean).join(' ')}
      style={transform ? { insetInlineStart: flipForRtl(transform.x) } : undefined}
      {...listeners}
    >
      <button
        ref={button}
        data-film={frame.id}
        aria-current={isOpen || undefined}
        tabIndex={isOpen ? 0 : -1}
        aria-keyshortcuts={FILM_KEYS}
        aria-label={frameName(frame.number, caption, emotionLabel(emotion), status)}
        onClick={() => state.frame.set(frame.id)}
        onKeyDown={onKeyDown}
      >
        <FrameImage frame={frame.id} />
        <em className="num">{frame.number}</em>
        {(status === 'broken' || status === 'kept') && (
          <span className={`sb-badge sb-badge-${status}`}>
            <Icon name={status === 'broken' ? 'x' : 'check'} size="sm" />
          </span>
        )}
        {peers.slice(0, 2).map((peer, at) => (
          <span key={peer.c} className={`sb-peer av-${presenceColor(peer.name)}`} style={{ insetBlockEnd: at * 18 }}>
            <bdi>{peer.name.split(' ')[0]}</bdi>
          </span>
        ))}
      </button>
      <span className="sb-caption" dir="auto" aria-hidden="true">
        {caption || gettext('No caption')}
      </span>
    </li>
  )
}

function placesOf(items: readonly Item[]): { middle: number; end: number }[] {
  let at = MARGIN
  return items.map((item) => {
    const width = item.frame ? THUMB_WIDTH : SLOT_WIDTH
    const place = { middle: at + width / 2, end: at + width }
    at = place.end + GAP
    return place
  })
}
