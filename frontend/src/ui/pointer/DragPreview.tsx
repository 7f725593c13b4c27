import { useState } from 'react'
import { gettext } from '../../lib/i18n'
import type { Signal } from '../../lib/signal'
import { useEditor, useRecord, useSignal } from '../../map/hooks'
import { Icon, Tile } from '../../map/icons'
import { rowName } from '../../commands/positionText'
import type { DragItem } from '../../store/dragState'
import { relativeBoxes } from './gridGeometry'

const MAX_PREVIEW_CARDS = 12 // a count stands for the rest

/** The dragged records under the pointer. The overlay has the position and size of the map's frame. */
export function DragPreview({ isCopy }: { isCopy: Signal<boolean> }) {
  const { state } = useEditor()
  const dragItem = useSignal(state.dragItem)
  return dragItem && <PreviewCards key={dragItem.id} lift={dragItem} isCopy={isCopy} />
}

function PreviewCards({ lift: dragItem, isCopy }: { lift: DragItem; isCopy: Signal<boolean> }) {
  const { state } = useEditor()
  const zoom = useSignal(state.zoom)
  const preview = useSignal(state.dropPreview)
  const isCopied = useSignal(isCopy) && preview?.target.kind === 'cell'
  const [boxes] = useState(() => previewBoxes(dragItem, zoom))
  const grabbed = boxes.find((box) => box.id === dragItem.id)
  if (!grabbed) return null
  const isDrawn = dragItem.kind !== 'promise' && dragItem.kind !== 'feeling'
  const chip = [isCopied ? gettext('Copy') : '', preview?.chip ?? ''].filter(Boolean).join(', ')
  return (
    <div className="drag-preview-zoom" style={{ zoom }}>
      {isDrawn &&
        boxes.map(({ id, start, ...box }) => (
          <PreviewCard key={id} id={id} kind={dragItem.kind} box={{ left: start, ...box }} />
        ))}
      {dragItem.ids.length > 1 && (
        <b className="drag-preview-count" style={{ left: grabbed.start + grabbed.width - 8, top: grabbed.top - 10 }}>
          {dragItem.ids.length}
        </b>
      )}
      {chip && (
        <span className="drag-preview-chip" style={{ left: grabbed.start, top: grabbed.top + grabbed.height + 6 }}>
          {isCopied && <Icon name="plus" size="sm" />}
          <span>{chip}</span>
        </span>
      )}
    </div>
  )
}

function PreviewCard({ id, kind, box }: { id: string; kind: DragItem['kind']; box: React.CSSProperties }) {
  const editor = useEditor()
  const item = useRecord(id)
  const lane = useRecord(kind === 'lane' ? id : (item?.fields['lane'] as string | null))
  const department = useRecord(lane?.fields['department'] as string | null)
  const channel = useRecord(item?.fields['channel'] as string | null)
  const title = kind === 'lane' ? rowName(editor, id) : String(item?.fields['title'] ?? '')
  return (
    <div className={`drag-card drag-card-${kind}`} data-drag-card={id} style={box}>
      {(kind === 'touchpoint' || kind === 'lane') && (
        <Tile department={department} glyph={String(channel?.fields['glyph'] ?? '')} />
      )}
      <span className="card-title" dir="auto">
        {title}
      </span>
    </div>
  )
}

function previewBoxes(
  dragItem: DragItem,
  zoom: number,
): { id: string; start: number; top: number; width: number; height: number }[] {
  const frame = document.querySelector<HTMLElement>('[data-frame]')
  if (!frame) return []
  const elements = dragItem.ids
    .slice(0, MAX_PREVIEW_CARDS - 1)
    .concat(dragItem.id)
    .flatMap((id, at, all) => {
      const attribute = dragItem.kind === 'feeling' ? 'data-emotion-point' : 'data-item'
      const element = all.indexOf(id) === at ? frame.querySelector(`[${attribute}="${CSS.escape(id)}"]`) : null
      return element ? [{ id, element }] : []
    })
  const boxes = relativeBoxes(
    frame,
    elements.map(({ element }) => element),
    zoom,
  )
  return boxes.map((box, at) => ({ id: elements[at]?.id ?? '', ...box }))
}
