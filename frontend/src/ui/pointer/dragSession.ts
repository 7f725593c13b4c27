/** A drag from start to drop. Nothing is edited before the drop, and the drop is one gesture. */
import type { DragMoveEvent, DragStartEvent } from '@dnd-kit/core'
import { findDropTarget } from '../../commands/dropTarget'
import type { Editor } from '../../commands/command'
import { checkLocks, dropOnTarget } from '../../commands/pointerDrop'
import { emotionDragItem, dragItemFor, describeDrag } from '../../commands/dragItem'
import type { Point } from '../../layout/hitTest'
import { hitTest } from '../../layout/hitTest'
import { gettext } from '../../lib/i18n'
import { Signal } from '../../lib/signal'
import type { DragItem } from '../../store/dragState'
import { contextMenu } from '../contextMenuState'
import { startEdgeScroll } from './edgeScroll'
import { captureDropAnimation } from './dropAnimation'
import { suppressNextEvent } from './suppressNextEvent'
import { contains, visibleArea, measureGrid } from './gridGeometry'

const NEW_STEP_DELAY_MS = 600 // hovering at a border this long means a new step
const MOVE_THRESHOLD_PX = 8 // until a press counts as a drag

export class DragSession {
  readonly isCopy = new Signal(false)
  private frame: HTMLElement | null = null
  private startPoint: Point = { x: 0, y: 0 }
  private pointer: Point = { x: 0, y: 0 }
  private hasMoved = false
  private border: number | null = null // the column border under the pointer
  private isBorderHeld = false
  private timer = 0
  private cleanups: (() => void)[] = []

  constructor(private readonly editor: Editor) {}

  start = ({ activatorEvent: event }: DragStartEvent): void => {
    const target = event.target as Element
    const frame = target.closest<HTMLElement>('[data-frame]')
    if (!frame || this.editor.state.carried.get()) return
    this.frame = frame
    this.startPoint = this.pointer = pointOf(event)
    const dragItem = this.dragItemAt(target, frame)
    if (!dragItem) return
    this.hasMoved = 'pointerId' in event
    if (!this.hasMoved) navigator.vibrate?.(8)
    this.isCopy.set('altKey' in event && event.altKey === true)
    this.editor.state.dragItem.set(dragItem)
    this.editor.ui.announce(describeDrag(this.editor, dragItem))
    this.watch(frame)
  }

  private dragItemAt(target: Element, frame: HTMLElement): DragItem | null {
    const step = target.closest<HTMLElement>('[data-emotion-point]')?.dataset['emotionPoint']
    if (step) return emotionDragItem(this.editor, step)
    const id = target.closest<HTMLElement>('[data-item]')?.dataset['item'] ?? ''
    const end = target.closest<HTMLElement>('[data-end]')?.dataset['end']
    const column = hitTest(measureGrid(this.editor, frame), this.startPoint, true)?.column ?? 0
    return dragItemFor(this.editor, id, end === 'made_in' || end === 'tested_in' ? end : null, column)
  }

  private watch(frame: HTMLElement): void {
    const onAltKey = (event: KeyboardEvent) => this.isCopy.set(event.altKey)
    const onRightButton = (event: MouseEvent) => {
      if (event.button !== 2) return
      this.cancel()
      suppressNextEvent('contextmenu', 1000) // the right button canceled the drag and must not open the menu
    }
    window.addEventListener('keydown', onAltKey)
    window.addEventListener('keyup', onAltKey)
    window.addEventListener('mousedown', onRightButton, true)
    this.cleanups = [
      startEdgeScroll(
        this.editor,
        frame,
        () => (this.hasMoved ? this.pointer : centerOf(frame)),
        () => this.updatePreview(),
      ),
      () => window.removeEventListener('keydown', onAltKey),
      () => window.removeEventListener('keyup', onAltKey),
      () => window.removeEventListener('mousedown', onRightButton, true),
    ]
  }

  move = ({ delta }: DragMoveEvent): void => {
    this.pointer = { x: this.startPoint.x + delta.x, y: this.startPoint.y + delta.y }
    if (Math.hypot(delta.x, delta.y) > MOVE_THRESHOLD_PX) {
      this.hasMoved = true
      // After a long press that opened the menu, moving on starts the drag after all.
      contextMenu.set(null)
    }
    if (this.hasMoved) this.updatePreview()
  }

  /** Update the drop preview. Announce the target only when it changed. */
  private updatePreview(): void {
    const { state, ui } = this.editor
    const dragItem = state.dragItem.get()
    if (!dragItem || !this.frame) return
    const preview = this.isOver(dragItem)
      ? findDropTarget(
          this.editor,
          dragItem,
          measureGrid(this.editor, this.frame),
          this.pointer,
          this.isBorderHeld ? this.border : null,
        )
      : null
    const next =
      preview && checkLocks(this.editor, dragItem, preview, this.isCopy.get() && preview.target.kind === 'cell')
    this.trackBorder(next?.border ?? null)
    const now = state.dropPreview.get()
    if (JSON.stringify(next) === JSON.stringify(now)) return
    state.dropPreview.set(next)
    if (next && next.announcement !== now?.announcement) ui.announce(next.announcement)
  }

  private isOver(dragItem: DragItem): boolean {
    const frame = this.frame as HTMLElement
    if (isCard(dragItem)) return contains(visibleArea(this.editor, frame), this.pointer)
    return contains(frame.getBoundingClientRect(), this.pointer)
  }

  private trackBorder(border: number | null): void {
    if (border === this.border) return
    clearTimeout(this.timer)
    this.border = border
    this.isBorderHeld = false
    if (border === null) return
    this.timer = window.setTimeout(() => {
      this.isBorderHeld = true
      this.updatePreview()
    }, NEW_STEP_DELAY_MS)
  }

  drop = (): void => {
    const { state } = this.editor
    const [dragItem, preview, isCopy] = [state.dragItem.get(), state.dropPreview.get(), this.isCopy.get()]
    if (!dragItem) return
    if (!this.hasMoved) return this.end()
    if (!preview) return this.cancel()
    const isCopied = isCopy && preview.target.kind === 'cell'
    const animateDrop = captureDropAnimation()
    this.end()
    dropOnTarget(this.editor, dragItem, preview.target, isCopied, preview.announcement)
    if (!isCopied) animateDrop()
  }

  cancel = (): void => {
    const dragItem = this.editor.state.dragItem.get()
    const animateDrop = captureDropAnimation()
    this.end()
    animateDrop()
    if (!dragItem) return
    const { origin } = dragItem
    this.editor.ui.announce(
      isCard(dragItem)
        ? gettext('Canceled. Returned to {origin}.', { origin })
        : gettext('Canceled. {origin}.', { origin }),
    )
  }

  private end(): void {
    this.trackBorder(null)
    this.cleanups.forEach((cleanup) => cleanup())
    this.cleanups = []
    this.editor.state.dragItem.set(null)
    this.editor.state.dropPreview.set(null)
  }
}

function isCard({ kind }: DragItem): boolean {
  return kind === 'touchpoint' || kind === 'note' || kind === 'measure'
}

export function pointOf(event: Event): Point {
  const { clientX: x, clientY: y } =
    'touches' in event ? ((event as TouchEvent).touches[0] ?? { clientX: 0, clientY: 0 }) : (event as MouseEvent)
  return { x, y }
}

function centerOf(frame: HTMLElement): Point {
  const { left, right, top, bottom } = frame.getBoundingClientRect()
  return { x: (left + right) / 2, y: (top + bottom) / 2 }
}
