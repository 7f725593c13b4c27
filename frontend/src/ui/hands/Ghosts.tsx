import { useState } from 'react'
import type { Signal } from '../../lib/signal'
import { useEditor, useRecord, useSignal } from '../../map/hooks'
import { Icon, Tile } from '../../map/marks'
import { rowName } from '../../commands/where'
import type { Lift } from '../../store/lift'
import { boxesIn } from './surface'

const MOST = 12 // ghosts that are drawn; a number tells of the rest

/** What is lifted, under the hand. The overlay has the place and the size of the map's frame. */
export function Ghosts({ isCopy }: { isCopy: Signal<boolean> }) {
  const { view } = useEditor()
  const lift = useSignal(view.lift)
  return lift && <Lifted key={lift.id} lift={lift} isCopy={isCopy} />
}

function Lifted({ lift, isCopy }: { lift: Lift; isCopy: Signal<boolean> }) {
  const { view } = useEditor()
  const zoom = useSignal(view.zoom)
  const aim = useSignal(view.aim)
  const isCopied = useSignal(isCopy) && aim?.target.kind === 'cell'
  const [boxes] = useState(() => placesOf(lift, zoom))
  const grabbed = boxes.find((one) => one.id === lift.id)
  if (!grabbed) return null
  const isDrawn = lift.kind !== 'promise' && lift.kind !== 'feeling'
  const chip = [isCopied ? 'Copy' : '', aim?.chip ?? ''].filter(Boolean).join(', ')
  return (
    <div className="ghosts-zoom" style={{ zoom }}>
      {isDrawn && boxes.map(({ id, start, ...box }) => <Ghost key={id} id={id} kind={lift.kind} box={{ left: start, ...box }} />)}
      {lift.ids.length > 1 && <b className="ghost-count" style={{ left: grabbed.start + grabbed.width - 8, top: grabbed.top - 10 }}>{lift.ids.length}</b>}
      {chip && <span className="ghost-chip" style={{ left: grabbed.start, top: grabbed.top + grabbed.height + 6 }}>{isCopied && <Icon name="plus" size="sm" />}<span>{chip}</span></span>}
    </div>
  )
}

function Ghost({ id, kind, box }: { id: string; kind: Lift['kind']; box: React.CSSProperties }) {
  const editor = useEditor()
  const item = useRecord(id)
  const lane = useRecord(kind === 'lane' ? id : (item?.fields['lane'] as string | null))
  const department = useRecord(lane?.fields['department'] as string | null)
  const channel = useRecord(item?.fields['channel'] as string | null)
  const title = kind === 'lane' ? rowName(editor, id) : String(item?.fields['title'] ?? '')
  return (
    <div className={`ghost ghost-${kind}`} data-ghost={id} style={box}>
      {(kind === 'touchpoint' || kind === 'lane') && <Tile department={department} glyph={String(channel?.fields['glyph'] ?? '')} />}
      <span className="card-title" dir="auto">{title}</span>
    </div>
  )
}

function placesOf(lift: Lift, zoom: number): { id: string; start: number; top: number; width: number; height: number }[] {
  const frame = document.querySelector<HTMLElement>('[data-frame]')
  if (!frame) return []
  const found = lift.ids.slice(0, MOST - 1).concat(lift.id).flatMap((id, at, all) => {
    const attribute = lift.kind === 'feeling' ? 'data-feel' : 'data-item'
    const element = all.indexOf(id) === at ? frame.querySelector(`[${attribute}="${CSS.escape(id)}"]`) : null
    return element ? [{ id, element }] : []
  })
  const boxes = boxesIn(frame, found.map((one) => one.element), zoom)
  return boxes.map((box, at) => ({ id: found[at]?.id ?? '', ...box }))
}
