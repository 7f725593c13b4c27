/** View state of the storyboard page: the open frame, the tool, and the interface of the open drawing. */
import { Signal } from '../lib/signal'
import type { Id } from '../model/records'
import type { ShotSize } from './film'
import type { Acting, Figure } from './library'

export type Tool = 'select' | 'pen' | 'marker' | 'eraser' | 'bubble' | 'text' | 'picture' | 'comment'
export type Layering = 'front' | 'back'
export type Ink = (typeof INKS)[number]

/** The ink colors. Drawings look the same in every theme. */
export const INKS = ['#1d2a30', '#e8795a', '#f4b63f', '#bcd6e6', '#8fb0a0', '#d9b08c', '#ffffff'] as const
export const WIDTHS = [0.6, 1.1, 2.6] as const

/** Something that can be added to a frame. */
export type Placeable =
  { readonly kind: 'figure'; readonly figure: Figure } | { readonly kind: 'prop' | 'place'; readonly name: string }

/** The selected elements, with their box in fractions of the drawing area's size. */
export interface Selection {
  readonly id: string // of the first element
  readonly figure: Figure | undefined // if it is the only selected element
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

/** The place of a new comment, in fractions of the drawing area's size. */
export interface NewPin {
  readonly frame: Id
  readonly x: number
  readonly y: number
  readonly isWriting: boolean // the text, after the place
}

/** A point on the drawing area, in client coordinates. */
export interface ClientPoint {
  readonly x: number
  readonly y: number
}

/** The interface of the open drawing for the shelf, the tools and the keyboard. */
export interface OpenDrawing {
  place(what: Placeable, at?: ClientPoint): void
  addImage(file: Blob, at?: ClientPoint): Promise<void>
  act(acting: Partial<Acting>): void
  removeSelected(): void
  /** Move the selected elements in front of the others, or behind all but the background. */
  arrange(to: Layering): void
  /** Scale and move the drawing as the camera goes from one shot size to another. Texts and bubbles stay. */
  changeSize(from: ShotSize, to: ShotSize): void
  /** Return to an earlier version. */
  restore(version: number): Promise<void>
  focus(): void
}

export class StoryboardState {
  readonly frame = new Signal<Id | null>(null)
  readonly tool = new Signal<Tool>('select')
  readonly ink = new Signal<Ink>(INKS[0])
  readonly width = new Signal<number>(WIDTHS[1])
  readonly view = new Signal<'frame' | 'sheet'>('frame')
  readonly isPlaying = new Signal(false)
  readonly selection = new Signal<Selection | null>(null)
  readonly newPin = new Signal<NewPin | null>(null)
  readonly thread = new Signal<Id | null>(null) // the selected one, by its first comment
  readonly drawing = new Signal<OpenDrawing | null>(null)
}
