/** Pins: the marks of comments at a place in a frame. */
import { flushSync } from 'react-dom'
import type { Id } from '../model/records'
import type { Thread } from '../store/comments'
import type { Storyboard } from './context'
import type { StoryboardState } from './state'

/** The pin of a thread. Numbers count the pins of a frame from 1, including those of resolved threads. */
export interface Pin {
  readonly number: number
  readonly thread: Thread
  readonly x: number // in fractions of the drawing area's size
  readonly y: number
}

export function pinsOf(threads: readonly Thread[]): Pin[] {
  return threads
    .filter(({ root }) => typeof root.fields['x'] === 'number')
    .map((thread, at) => ({
      number: at + 1,
      thread,
      x: Number(thread.root.fields['x']),
      y: Number(thread.root.fields['y']),
    }))
}

/** Choose the comment tool, with a new pin in the middle of the paper, for the keyboard. Return whether it is allowed. */
export function startPin({ state, editor }: Storyboard): boolean {
  const frame = state.frame.get()
  if (!frame || !editor.can.get().has('comment')) return false
  state.view.set('frame')
  state.tool.set('comment')
  movePin(state, frame, 0.5, 0.5)
  return true
}

/** Put the new pin at a place on the paper. */
export function movePin(state: StoryboardState, frame: Id, x: number, y: number, isWriting = false): void {
  const within = (value: number) => Math.min(1, Math.max(0, value))
  state.newPin.set({ frame, x: within(x), y: within(y), isWriting })
}

/** Leave the comment tool. Typed text stays as a draft. */
export function cancelPin(state: StoryboardState): void {
  state.newPin.set(null)
  state.tool.set('select')
  document.querySelector<HTMLElement>('[data-tool="comment"]')?.focus()
}

/** Select a thread, and focus it in the panel. */
export function openThread(state: StoryboardState, thread: Id): void {
  flushSync(() => state.thread.set(thread))
  document.getElementById(threadElementId(thread))?.focus()
}

export function threadElementId(thread: Id): string {
  return `thread-${thread}`
}
