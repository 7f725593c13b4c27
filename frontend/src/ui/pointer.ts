/** Clicks on the map: one selects, two edit; a second tap edits; what is carried is put down. Dragging is hands/. */
import type { Editor } from '../commands/command'
import { edit } from '../commands/edit'
import { begin, beginNew, finish } from '../commands/edit_text'
import { addStep } from '../commands/make'
import { drop } from '../commands/move'
import { enter, isLane } from '../commands/walk'
import type { Cursor } from '../store/view'

const ROOMY = 1280

/** What was pointed at: the cell, and the record in it if there is one. */
export function pointedAt(target: EventTarget | null): Cursor | null {
  const found = target instanceof Element ? target.closest<HTMLElement>('[data-row][data-step]') : null
  const { row, step, item } = found?.dataset ?? {}
  return row && step !== undefined ? { row, step, item: item ?? null } : null
}

/** Whether a press is beside a new record without a name, in its own cell: the second one of a double click, perhaps. */
function isBesideNew({ view }: Editor, target: EventTarget | null): boolean {
  const editing = view.editing.get()
  const at = pointedAt(target)
  if (!editing?.newRecord || editing.draft || !at) return false
  return at.row === editing.at.row && at.step === editing.at.step && (at.item === null || at.item === editing.id)
}

/** A press there leaves the focus in the text, so that the text stays. */
export function press(editor: Editor, event: MouseEvent): void {
  if (isBesideNew(editor, event.target) && !(event.target as Element).closest('[data-editing]')) event.preventDefault()
}

/** A click beside a text finishes it; called before what was clicked does anything, for that may begin another. */
export function leaveText(editor: Editor, event: MouseEvent): void {
  if (editor.view.editing.get() && !(event.target as Element).closest('[data-editing]') && !isBesideNew(editor, event.target)) finish(editor)
}

export function click(editor: Editor, event: MouseEvent): void {
  const target = event.target as Element
  if (target.closest('[data-editing]') || isBesideNew(editor, target)) return
  const beside = target.closest<HTMLElement>('[data-add-step]')?.dataset['addStep']
  if (beside) return addStep(editor, String(editor.store.get(beside)?.fields['stage']), beside)
  const lane = target.closest<HTMLElement>('[data-lane]')?.dataset['lane']
  if (lane && !target.closest('button')) return editor.view.select(lane)
  const at = pointedAt(target)
  if (!at) return
  if (editor.view.carrying.get()) {
    editor.view.cursor.set(at)
    return drop(editor)
  }
  const isTap = event instanceof PointerEvent && event.pointerType === 'touch'
  if (isTap && isHere(editor, at)) return open(editor, at)
  if (target.closest('[data-add]')) {
    editor.view.go(at)
    return open(editor, at)
  }
  if (at.item && (event.metaKey || event.ctrlKey)) {
    editor.view.toggle(at.item)
    return editor.view.cursor.set(at)
  }
  editor.view.go(at, event.shiftKey)
  // Details open by themselves where there is room for them beside the map.
  if (at.item && window.innerWidth >= ROOMY && !editor.view.panel.get()) editor.view.panel.set('inspector')
}

/** Whether a cell or record is the one that was chosen last. */
function isHere({ view }: Editor, { row, step, item }: Cursor): boolean {
  const cursor = view.cursor.get()
  const selection = view.selection.get()
  return cursor?.row === row && cursor.step === step && cursor.item === item && (item === null || (selection.size === 1 && selection.has(item)))
}

/** Edit the record, or begin one in the cell. */
function open(editor: Editor, at: Cursor): void {
  if (at.item) begin(editor, at.item)
  else if (isLane(editor, at.row) || at.row === 'notes') beginNew(editor, enter(editor, at.row, at.step, -1))
  else if (at.row !== 'answers') edit(editor, at)
}

export function doubleClick(editor: Editor, event: MouseEvent): void {
  const target = event.target as Element
  const at = pointedAt(target)
  if (!at || target.closest('[data-editing], button:not([data-item])') || isBesideNew(editor, target)) return
  open(editor, at)
}
