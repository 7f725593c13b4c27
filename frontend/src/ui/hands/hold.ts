/** A drag from lift to drop. Nothing is edited before the drop, and the drop is one gesture. */
import type { DragMoveEvent, DragStartEvent } from '@dnd-kit/core'
import { aim } from '../../commands/aim'
import type { Editor } from '../../commands/command'
import { allowed, land } from '../../commands/drop'
import { liftFeeling, liftOf, liftSays } from '../../commands/lift'
import type { Point } from '../../layout/hit'
import { hit } from '../../layout/hit'
import { Signal } from '../../lib/signal'
import type { Lift } from '../../store/lift'
import { menu } from '../menu'
import { pulling } from './pulling'
import { settling } from './settle'
import { swallow } from './swallow'
import { isIn, sightOf, surfaceOf } from './surface'

const HELD = 600 // ms at a border until a new step is meant
const MOVED = 8 // px until a lift is more than a press

export class Hold {
  readonly isCopy = new Signal(false)
  private frame: HTMLElement | null = null
  private from: Point = { x: 0, y: 0 }
  private at: Point = { x: 0, y: 0 }
  private hasMoved = false
  private border: number | null = null // that the hand is at
  private isHeld = false
  private timer = 0
  private ends: (() => void)[] = []

  constructor(private readonly editor: Editor) {}

  start = ({ activatorEvent: event }: DragStartEvent): void => {
    const target = event.target as Element
    const frame = target.closest<HTMLElement>('[data-frame]')
    if (!frame || this.editor.view.carrying.get()) return
    this.frame = frame
    this.from = this.at = pointOf(event)
    const lift = this.lift(target, frame)
    if (!lift) return
    this.hasMoved = 'pointerId' in event
    if (!this.hasMoved) navigator.vibrate?.(8)
    this.isCopy.set('altKey' in event && event.altKey === true)
    this.editor.view.lift.set(lift)
    this.editor.prompts.announce(liftSays(this.editor, lift))
    this.watch(frame)
  }

  private lift(target: Element, frame: HTMLElement): Lift | null {
    const step = target.closest<HTMLElement>('[data-feel]')?.dataset['feel']
    if (step) return liftFeeling(this.editor, step)
    const id = target.closest<HTMLElement>('[data-item]')?.dataset['item'] ?? ''
    const end = target.closest<HTMLElement>('[data-end]')?.dataset['end']
    const column = hit(surfaceOf(this.editor, frame), this.from, true)?.column ?? 0
    return liftOf(this.editor, id, end === 'made_in' || end === 'tested_in' ? end : null, column)
  }

  private watch(frame: HTMLElement): void {
    const alt = (event: KeyboardEvent) => this.isCopy.set(event.altKey)
    const right = (event: MouseEvent) => {
      if (event.button !== 2) return
      this.putBack()
      swallow('contextmenu', 1000) // this button took back, it asks for nothing
    }
    window.addEventListener('keydown', alt)
    window.addEventListener('keyup', alt)
    window.addEventListener('mousedown', right, true)
    this.ends = [
      pulling(this.editor, frame, () => (this.hasMoved ? this.at : middleOf(frame)), () => this.look()),
      () => window.removeEventListener('keydown', alt),
      () => window.removeEventListener('keyup', alt),
      () => window.removeEventListener('mousedown', right, true),
    ]
  }

  move = ({ delta }: DragMoveEvent): void => {
    this.at = { x: this.from.x + delta.x, y: this.from.y + delta.y }
    if (Math.hypot(delta.x, delta.y) > MOVED) {
      this.hasMoved = true
      // A finger that rested until the menu came and then goes on wants to drag after all.
      menu.set(null)
    }
    if (this.hasMoved) this.look()
  }

  /** Work out where it would go; tell it only when that is somewhere else than before. */
  private look(): void {
    const { view, prompts } = this.editor
    const lift = view.lift.get()
    if (!lift || !this.frame) return
    const found = this.isOver(lift) ? aim(this.editor, lift, surfaceOf(this.editor, this.frame), this.at, this.isHeld ? this.border : null) : null
    const next = found && allowed(this.editor, lift, found, this.isCopy.get() && found.target.kind === 'cell')
    this.rest(next?.border ?? null)
    const now = view.aim.get()
    if (JSON.stringify(next) === JSON.stringify(now)) return
    view.aim.set(next)
    if (next && next.says !== now?.says) prompts.announce(next.says)
  }

  private isOver(lift: Lift): boolean {
    const frame = this.frame as HTMLElement
    if (isCard(lift)) return isIn(sightOf(this.editor, frame), this.at)
    return isIn(frame.getBoundingClientRect(), this.at)
  }

  private rest(border: number | null): void {
    if (border === this.border) return
    clearTimeout(this.timer)
    this.border = border
    this.isHeld = false
    if (border === null) return
    this.timer = window.setTimeout(() => {
      this.isHeld = true
      this.look()
    }, HELD)
  }

  drop = (): void => {
    const { view } = this.editor
    const [lift, found, isCopy] = [view.lift.get(), view.aim.get(), this.isCopy.get()]
    if (!lift) return
    if (!this.hasMoved) return this.finish()
    if (!found) return this.putBack()
    const copies = isCopy && found.target.kind === 'cell'
    const settled = settling()
    this.finish()
    land(this.editor, lift, found.target, copies, found.says)
    if (!copies) settled()
  }

  putBack = (): void => {
    const lift = this.editor.view.lift.get()
    const settled = settling()
    this.finish()
    settled()
    if (lift) this.editor.prompts.announce(`Put back${isCard(lift) ? ' in' : '.'} ${lift.from}.`)
  }

  private finish(): void {
    this.rest(null)
    this.ends.forEach((end) => end())
    this.ends = []
    this.editor.view.lift.set(null)
    this.editor.view.aim.set(null)
  }
}

function isCard({ kind }: Lift): boolean {
  return kind === 'touchpoint' || kind === 'note' || kind === 'measure'
}

export function pointOf(event: Event): Point {
  const { clientX: x, clientY: y } = 'touches' in event ? ((event as TouchEvent).touches[0] ?? { clientX: 0, clientY: 0 }) : (event as MouseEvent)
  return { x, y }
}

function middleOf(frame: HTMLElement): Point {
  const { left, right, top, bottom } = frame.getBoundingClientRect()
  return { x: (left + right) / 2, y: (top + bottom) / 2 }
}
