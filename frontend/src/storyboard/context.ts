/** The context that the storyboard's components share. */
import { createContext, useContext } from 'react'
import type { Editor } from '../commands/command'
import type { Signal } from '../lib/signal'
import type { Id } from '../model/records'
import type { SyncState } from '../sync/session'
import type { DrawingApi } from './drawingApi'
import type { DrawingJournal } from './drawingJournal'
import type { Look } from './library'
import type { StoryboardState } from './state'

export interface Storyboard {
  readonly editor: Editor
  readonly state: StoryboardState
  readonly api: DrawingApi
  readonly journal: DrawingJournal
  readonly drawingState: Signal<SyncState> // of the open drawing
  readonly status: Signal<SyncState> // combines the drawing and everything else
  /** Return the look of a persona, if it has a figure. */
  lookOf(persona: Id): Look | undefined
}

export const StoryboardContext = createContext<Storyboard | null>(null)

export function useStoryboard(): Storyboard {
  const board = useContext(StoryboardContext)
  if (!board) throw new Error('useStoryboard must be used inside a StoryboardContext.')
  return board
}
