/** What is being dragged and where it would be dropped. Local to this window; never an edit. */
import type { Box } from '../layout/hitTest'
import type { Id } from '../model/records'
import type { RowKey } from './editorState'

export type DragKind = 'touchpoint' | 'note' | 'measure' | 'step' | 'stage' | 'lane' | 'promise' | 'feeling'

export interface DragItem {
  readonly kind: DragKind
  readonly id: Id // the grabbed record; for an emotion its step
  readonly ids: readonly Id[] // all dragged records, in journey order
  readonly end: 'made_in' | 'tested_in' | null // the grabbed end of a promise
  readonly column: number // the column where the drag started
  readonly origin: string // the original place, described in words
}

export type DropTarget =
  | { readonly kind: 'cell'; readonly row: RowKey; readonly column: number; readonly slot: number }
  | { readonly kind: 'new-step'; readonly row: RowKey; readonly border: number }
  | { readonly kind: 'column'; readonly column: number; readonly isAfter: boolean }
  | { readonly kind: 'lane'; readonly lane: Id; readonly isAfter: boolean }
  | { readonly kind: 'ends'; readonly made: number; readonly tested: number }
  | { readonly kind: 'feeling'; readonly column: number; readonly value: number }

/** An indicator that marks the drop target, in the map's own pixels. */
export interface DropIndicator extends Box {
  readonly shape: 'line' | 'row' | 'cell' | 'maybe' | 'new' | 'bar'
}

export interface DropPreview {
  readonly target: DropTarget
  readonly indicators: readonly DropIndicator[]
  readonly border: number | null // hovering here for a while means a new step
  readonly chip: string // label beside the pointer; may be empty
  readonly announcement: string // for screen readers
  readonly isForbidden?: boolean // by a lock
}
