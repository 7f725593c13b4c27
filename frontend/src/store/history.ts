/** What undo and redo take back: a person's own gestures, in this session and on this map. */
import type { Id } from '../model/records'
import { Signal } from '../lib/signal'
import type { Diff } from './patches'

/** A gesture of one's own. `diff` is what it changed here; unknown for one made before this page. */
export interface Done {
  readonly gesture: Id
  readonly label: string
  readonly diff: Diff | null
}

const MOST = 200

export class History {
  readonly undoable = new Signal<readonly Done[]>([])
  readonly redoable = new Signal<readonly Done[]>([])

  /** A new gesture; what was undone before cannot be done again. */
  did(done: Done): void {
    this.undoable.change((all) => [...all, done].slice(-MOST))
    this.redoable.set([])
  }

  /** The last gesture (or this one), to be undone or done again; null when there is none. */
  peek(from: 'undo' | 'redo', gesture?: Id): Done | null {
    return this.stack(from).get().findLast((one) => gesture === undefined || one.gesture === gesture) ?? null
  }

  /** The same, taken from the stack. */
  take(from: 'undo' | 'redo', gesture?: Id): Done | null {
    const taken = this.peek(from, gesture)
    if (taken) this.stack(from).change((all) => all.filter((one) => one !== taken))
    return taken
  }

  /** Remember that `done` took one back: undoing can be done again, and doing again be undone. */
  tookBack(from: 'undo' | 'redo', done: Done): void {
    this.stack(from === 'undo' ? 'redo' : 'undo').change((all) => [...all, done].slice(-MOST))
  }

  /** A gesture from before this page, which can still be taken back. */
  recall(which: 'undo' | 'redo', done: Done): void {
    this.stack(which).change((all) => [done, ...all])
  }

  /** A gesture was refused: it never happened. */
  forget(gesture: Id): void {
    for (const stack of [this.undoable, this.redoable]) {
      stack.change((all) => (all.some((one) => one.gesture === gesture) ? all.filter((one) => one.gesture !== gesture) : all))
    }
  }

  private stack(from: 'undo' | 'redo'): Signal<readonly Done[]> {
    return from === 'undo' ? this.undoable : this.redoable
  }
}
