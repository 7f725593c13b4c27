/** The undo and redo stacks: the user's own gestures on this map in this session. */
import type { Id } from '../model/records'
import { Signal } from '../lib/signal'
import type { Diff } from './patches'

/** One of the user's own gestures. `diff` is its effect here; null for a gesture made before this page was loaded. */
export interface UndoEntry {
  readonly gesture: Id
  readonly label: string
  readonly diff: Diff | null
}

const MAX_ENTRIES = 200

export class UndoHistory {
  readonly undoable = new Signal<readonly UndoEntry[]>([])
  readonly redoable = new Signal<readonly UndoEntry[]>([])

  /** Add a new gesture. Clears the redo stack. */
  push(entry: UndoEntry): void {
    this.undoable.update((all) => [...all, entry].slice(-MAX_ENTRIES))
    this.redoable.set([])
  }

  /** Return the last gesture (or the given one) to undo or redo, or null. */
  peek(from: 'undo' | 'redo', gesture?: Id): UndoEntry | null {
    return (
      this.stack(from)
        .get()
        .findLast((entry) => gesture === undefined || entry.gesture === gesture) ?? null
    )
  }

  /** Remove and return what `peek` returns. */
  take(from: 'undo' | 'redo', gesture?: Id): UndoEntry | null {
    const entry = this.peek(from, gesture)
    if (entry) this.stack(from).update((all) => all.filter((other) => other !== entry))
    return entry
  }

  /** Push the gesture that undid or redid another onto the opposite stack. */
  pushOpposite(from: 'undo' | 'redo', entry: UndoEntry): void {
    this.stack(from === 'undo' ? 'redo' : 'undo').update((all) => [...all, entry].slice(-MAX_ENTRIES))
  }

  /** Add a gesture from before this page was loaded that can still be undone or redone. */
  restoreEntry(which: 'undo' | 'redo', entry: UndoEntry): void {
    this.stack(which).update((all) => [entry, ...all])
  }

  /** Remove a gesture that the server rejected. */
  drop(gesture: Id): void {
    for (const stack of [this.undoable, this.redoable]) {
      stack.update((all) =>
        all.some((entry) => entry.gesture === gesture) ? all.filter((entry) => entry.gesture !== gesture) : all,
      )
    }
  }

  private stack(from: 'undo' | 'redo'): Signal<readonly UndoEntry[]> {
    return from === 'undo' ? this.undoable : this.redoable
  }
}
