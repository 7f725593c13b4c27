import { useLayoutEffect, useState } from 'react'
import { COLUMN, HEAD } from '../layout/sizes'
import { colorOf } from '../model/words'
import type { Peer } from '../sync/live'
import { useEditor, useOthers, useOutline } from './hooks'

interface Box {
  readonly key: string
  readonly name: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly isTyping: boolean
}

/** Where the others are: a ring around what they have selected, an arrow where they point. */
export function Peers({ grid }: { grid: React.RefObject<HTMLElement | null> }) {
  const others = useOthers()
  const outline = useOutline()
  const [boxes, setBoxes] = useState<readonly Box[]>([])
  useLayoutEffect(() => {
    const place = grid.current
    setBoxes(place ? others.flatMap((peer) => ringsOf(peer, place)) : [])
  }, [others, outline, grid])
  return (
    <div className="peers-layer" aria-hidden="true">
      {boxes.map(({ key, name, isTyping, ...box }) => (
        <span key={key} className={`peer-ring av-${colorOf(name)}`} style={box}><b><bdi>{name}</bdi>{isTyping && <span> is typing</span>}</b></span>
      ))}
      {others.map((peer) => <Arrow key={peer.c} peer={peer} grid={grid} />)}
    </div>
  )
}

/** The box around each thing a peer has selected, in the grid's own pixels. */
function ringsOf(peer: Peer, grid: HTMLElement): Box[] {
  const ground = grid.getBoundingClientRect()
  const zoom = ground.width / grid.offsetWidth || 1
  return peer.sel.slice(0, 20).flatMap((id) => {
    const found = grid.querySelector(`[data-item="${CSS.escape(id)}"]`)?.getBoundingClientRect()
    if (!found) return []
    return [{
      key: `${peer.c} ${id}`,
      name: peer.name,
      left: (found.left - ground.left) / zoom,
      top: (found.top - ground.top) / zoom,
      width: found.width / zoom,
      height: found.height / zoom,
      isTyping: peer.edit?.id === id,
    }]
  })
}

function Arrow({ peer, grid }: { peer: Peer; grid: React.RefObject<HTMLElement | null> }) {
  const { order } = useEditor()
  const column = order.get().columns.find((one) => one.step === peer.cur?.step)
  const row = peer.cur && grid.current?.querySelector<HTMLElement>(`[data-rowkey="${CSS.escape(peer.cur.lane)}"]`)
  if (!peer.cur || !column || !row) return null
  const within = row.offsetParent === grid.current ? 0 : (row.offsetParent as HTMLElement | null)?.offsetTop ?? 0
  const at = { insetInlineStart: HEAD + (column.number + peer.cur.dx) * COLUMN, top: within + row.offsetTop + peer.cur.dy * row.offsetHeight }
  return (
    <span className={`peer-arrow av-${colorOf(peer.name)}`} style={at}>
      <svg viewBox="0 0 12 14" width="12" height="14"><path d="M1 1l9.5 5.2-4.3 1.2-1.7 4.4z" /></svg>
      <b>{peer.name.split(' ')[0]}</b>
    </span>
  )
}
