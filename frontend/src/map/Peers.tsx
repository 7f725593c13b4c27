import { useLayoutEffect, useState } from 'react'
import { COLUMN_WIDTH, ROW_HEADER_WIDTH } from '../layout/sizes'
import { gettext } from '../lib/i18n'
import { presenceColor } from '../model/labels'
import type { Peer } from '../sync/liveSocket'
import { Message } from './Message'
import { useEditor, useOtherPeers, useOutline } from './hooks'

interface PeerBox {
  readonly key: string
  readonly name: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly isTyping: boolean
}

/** Shows other people on the map: a ring around what they have selected and an arrow at their pointer. */
export function Peers({ grid }: { grid: React.RefObject<HTMLElement | null> }) {
  const others = useOtherPeers()
  const outline = useOutline()
  const [boxes, setBoxes] = useState<readonly PeerBox[]>([])
  useLayoutEffect(() => {
    const element = grid.current
    setBoxes(element ? others.flatMap((peer) => peerBoxes(peer, element)) : [])
  }, [others, outline, grid])
  return (
    <div className="peers-layer" aria-hidden="true">
      {boxes.map(({ key, name, isTyping, ...box }) => (
        <span key={key} className={`peer-ring av-${presenceColor(name)}`} style={box}>
          <b>
            {isTyping ? (
              <Message text={gettext('{name} is typing')} values={{ name: <bdi>{name}</bdi> }} />
            ) : (
              <bdi>{name}</bdi>
            )}
          </b>
        </span>
      ))}
      {others.map((peer) => (
        <PeerCursor key={peer.c} peer={peer} grid={grid} />
      ))}
    </div>
  )
}

/** Return the boxes of the records that a peer has selected, in the grid's own pixels. */
function peerBoxes(peer: Peer, grid: HTMLElement): PeerBox[] {
  const gridBox = grid.getBoundingClientRect()
  const zoom = gridBox.width / grid.offsetWidth || 1
  return peer.sel.slice(0, 20).flatMap((id) => {
    const box = grid.querySelector(`[data-item="${CSS.escape(id)}"]`)?.getBoundingClientRect()
    if (!box) return []
    return [
      {
        key: `${peer.c} ${id}`,
        name: peer.name,
        left: (box.left - gridBox.left) / zoom,
        top: (box.top - gridBox.top) / zoom,
        width: box.width / zoom,
        height: box.height / zoom,
        isTyping: peer.edit?.id === id,
      },
    ]
  })
}

function PeerCursor({ peer, grid }: { peer: Peer; grid: React.RefObject<HTMLElement | null> }) {
  const { outline } = useEditor()
  const column = outline.get().columns.find((column) => column.step === peer.cur?.step)
  const row = peer.cur && grid.current?.querySelector<HTMLElement>(`[data-rowkey="${CSS.escape(peer.cur.lane)}"]`)
  if (!peer.cur || !column || !row) return null
  const within = row.offsetParent === grid.current ? 0 : ((row.offsetParent as HTMLElement | null)?.offsetTop ?? 0)
  const at = {
    insetInlineStart: ROW_HEADER_WIDTH + (column.number + peer.cur.dx) * COLUMN_WIDTH,
    top: within + row.offsetTop + peer.cur.dy * row.offsetHeight,
  }
  return (
    <span className={`peer-arrow av-${presenceColor(peer.name)}`} style={at}>
      <svg viewBox="0 0 12 14" width="12" height="14">
        <path d="M1 1l9.5 5.2-4.3 1.2-1.7 4.4z" />
      </svg>
      <b>{peer.name.split(' ')[0]}</b>
    </span>
  )
}
