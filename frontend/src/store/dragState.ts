/** What a hand holds, and where it would go: shown to this person alone, and never an edit. */
import type { Box } from '../layout/hitTest'
import type { Id } from '../model/records'
import type { RowKey } from './editorState'

export type DragKind = 'touchpoint' | 'note' | 'measure' | 'step' | 'stage' | 'lane' | 'promise' | 'feeling'

export interface DragItem {
  readonly kind: DragKind
  readonly id: Id // what was grabbed; of a feeling its step
  readonly ids: readonly Id[] // all that goes along, in the order of the journey
  readonly end: 'made_in' | 'tested_in' | null // of a promise: the end that was grabbed
  readonly column: number // where the hand took hold
  readonly origin: string // in words
}

export type DropTarget =
  | { readonly kind: 'cell'; readonly row: RowKey; readonly column: number; readonly slot: number }
  | { readonly kind: 'new-step'; readonly row: RowKey; readonly border: number }
  | { readonly kind: 'column'; readonly column: number; readonly isAfter: boolean }
  | { readonly kind: 'lane'; readonly lane: Id; readonly isAfter: boolean }
  | { readonly kind: 'ends'; readonly made: number; readonly tested: number }
  | { readonly kind: 'feeling'; readonly column: number; readonly value: number }

/** A mark on the map that shows the target, in the map's own pixels. */
export interface DropIndicator extends Box {
  readonly shape: 'line' | 'row' | 'cell' | 'maybe' | 'new' | 'bar'
}

export interface DropPreview {
  readonly target: DropTarget
  readonly indicators: readonly DropIndicator[]
  readonly border: number | null // held here for a while, a new step is meant
  readonly chip: string // beside the hand; empty where there is nothing to say
  readonly announcement: string // to those who listen
  readonly isForbidden?: boolean // a lock forbids it
}
