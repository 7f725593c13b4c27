/** What undo and redo take back: a person's own gestures, in this session and on this map. */
import type { Id } from '../model/records'
import { Signal } from '../lib/signal'
import type { Diff } from './patches'

/** A gesture of one's own. `diff` is what it changed here; unknown for one made before this page. */
export interface UndoEntry {
  readonly gesture: Id
  readonly label: string
  readonly diff: Diff | null
}

const MAX_ENTRIES = 200

export class UndoHistory {
  readonly undoable = new Signal<readonly UndoEntry[]>([])
  readonly redoable = new Signal<readonly UndoEntry[]>([])

  /** A new gesture; what was undone before cannot be done again. */
  push(entry: UndoEntry): void {
    this.undoable.update((all) => [...all, entry].slice(-MAX_ENTRIES))
    this.redoable.set([])
  }

  /** The last gesture (or this one), to be undone or done again; null when there is none. */
  peek(from: 'undo' | 'redo', gesture?: Id): UndoEntry | null {
    return (
      this.stack(from)
        .get()
        .findLast((entry) => gesture === undefined || entry.gesture === gesture) ?? null
    )
  }

  /** The same, taken from the stack. */
  take(from: 'undo' | 'redo', gesture?: Id): UndoEntry | null {
    const entry = this.peek(from, gesture)
    if (entry) this.stack(from).update((all) => all.filter((other) => other !== entry))
    return entry
  }

  /** Remember that `done` took one back: undoing can be done again, and doing again be undone. */
  pushOpposite(from: 'undo' | 'redo', entry: UndoEntry): void {
    this.stack(from === 'undo' ? 'redo' : 'undo').update((all) => [...all, entry].slice(-MAX_ENTRIES))
  }

  /** A gesture from before this page, which can still be taken back. */
  restoreEntry(which: 'undo' | 'redo', entry: UndoEntry): void {
    this.stack(which).update((all) => [entry, ...all])
  }

  /** A gesture was refused: it never happened. */
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
