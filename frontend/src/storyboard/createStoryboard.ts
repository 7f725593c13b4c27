/** Creates the storyboard on top of the map editor, whose data, sync and presence it shares. */
import type { Editor } from '../commands/command'
import { Signal } from '../lib/signal'
import type { Id } from '../model/records'
import type { Store } from '../store/store'
import type { SyncState } from '../sync/session'
import type { EditorBootstrap } from '../ui/createEditor'
import { hasLook } from './cast'
import type { Storyboard } from './context'
import { drawingApi } from './drawingApi'
import { DrawingJournal } from './drawingJournal'
import { DrawingSession } from './drawingSession'
import { StoryboardState } from './state'

export async function createStoryboard(boot: EditorBootstrap, editor: Editor): Promise<Storyboard> {
  const drawingState = new Signal<SyncState>({ kind: 'saved' })
  const board: Storyboard = {
    editor,
    state: new StoryboardState(),
    api: drawingApi(editor.api, (frame) => whenSaved(editor.store, frame)),
    journal: await DrawingJournal.open(boot.me.user, boot.journey),
    drawingState,
    status: joined(editor.session.state, drawingState),
    lookOf: (persona) => {
      const figure = editor.store.get(persona)?.fields['figure']
      return hasLook(figure) ? figure : undefined
    },
  }
  board.state.frame.set(/^#frame-(.+)/.exec(location.hash)?.[1] ?? null)
  board.state.thread.set(new URLSearchParams(location.search).get('thread'))
  void sendLeftovers(board)
  return board
}

/** Resolve once a record is confirmed. */
function whenSaved(store: Store, id: Id): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!store.get(id)?.version) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = store.subscribe(id, check)
    check()
  })
}

/** Send the unsent elements of earlier pages, for all frames except the open one, which sends its own. */
async function sendLeftovers({ editor, api, journal, state }: Storyboard): Promise<void> {
  for (const frame of await journal.frames()) {
    if (frame === state.frame.get() || editor.store.get(frame)?.type !== 'frame') continue
    const drawing = editor.store.get(frame)?.fields['drawing'] as Id | null
    const session = new DrawingSession(api, journal, frame, drawing, {
      received: () => undefined,
      refused: () => undefined,
      settled: () => undefined,
    })
    await session.open().catch(() => undefined)
  }
}

/** Return a signal that has the worse of two states. */
function joined(a: Signal<SyncState>, b: Signal<SyncState>): Signal<SyncState> {
  const worse = () => (a.get().kind === 'saved' ? b.get() : a.get())
  const result = new Signal(worse())
  for (const signal of [a, b]) signal.subscribe(() => result.set(worse()))
  return result
}
