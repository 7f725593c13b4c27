/** Clicks on the map: one selects, two edit; a second tap edits; what is carried is put down. Dragging is beside it. */
import type { Editor } from '../../commands/command'
import { editAtCursor } from '../../commands/edit'
import { startEditing, startNew, commitEdit } from '../../commands/inlineEdit'
import { addStep } from '../../commands/createCommands'
import { dropCarried } from '../../commands/moveCommands'
import { cursorAt, isLane } from '../../commands/gridNavigation'
import type { Cursor } from '../../store/editorState'

const MIN_WIDTH_FOR_DETAILS_PX = 1280

/** What was pointed at: the cell, and the record in it if there is one. */
export function cursorUnder(target: EventTarget | null): Cursor | null {
  const result = target instanceof Element ? target.closest<HTMLElement>('[data-row][data-step]') : null
  const { row, step, item } = result?.dataset ?? {}
  return row && step !== undefined ? { row, step, item: item ?? null } : null
}

/**
 * Whether a press is beside a new record without a name, in its own cell: the second one of a double click, perhaps.
 */
function isBesideNewRecord({ state }: Editor, target: EventTarget | null): boolean {
  const editing = state.inlineEdit.get()
  const cursor = cursorUnder(target)
  if (!editing?.newRecord || editing.draft || !cursor) return false
  return (
    cursor.row === editing.cursor.row &&
    cursor.step === editing.cursor.step &&
    (cursor.item === null || cursor.item === editing.id)
  )
}

/** A press there leaves the focus in the text, so that the text stays. */
export function onMouseDown(editor: Editor, event: MouseEvent): void {
  if (isBesideNewRecord(editor, event.target) && !(event.target as Element).closest('[data-editing]'))
    event.preventDefault()
}

/** A click beside a text finishes it; called before what was clicked does anything, for that may begin another. */
export function commitOnOutsideClick(editor: Editor, event: MouseEvent): void {
  if (
    editor.state.inlineEdit.get() &&
    !(event.target as Element).closest('[data-editing]') &&
    !isBesideNewRecord(editor, event.target)
  )
    commitEdit(editor)
}

export function onClick(editor: Editor, event: MouseEvent): void {
  const target = event.target as Element
  if (target.closest('[data-editing]') || isBesideNewRecord(editor, target)) return
  const stepId = target.closest<HTMLElement>('[data-add-step]')?.dataset['addStep']
  if (stepId) return addStep(editor, String(editor.store.get(stepId)?.fields['stage']), stepId)
  const lane = target.closest<HTMLElement>('[data-lane]')?.dataset['lane']
  if (lane && !target.closest('button')) return editor.state.select(lane)
  const cursor = cursorUnder(target)
  if (!cursor) return
  if (editor.state.carried.get()) {
    editor.state.cursor.set(cursor)
    return dropCarried(editor)
  }
  const isTap = event instanceof PointerEvent && event.pointerType === 'touch'
  if (isTap && isCurrent(editor, cursor)) return editOrCreate(editor, cursor)
  if (target.closest('[data-add]')) {
    editor.state.placeCursor(cursor)
    return editOrCreate(editor, cursor)
  }
  if (cursor.item && (event.metaKey || event.ctrlKey)) {
    editor.state.toggle(cursor.item)
    return editor.state.cursor.set(cursor)
  }
  editor.state.placeCursor(cursor, event.shiftKey)
  // Details open by themselves where there is room for them beside the map.
  if (cursor.item && window.innerWidth >= MIN_WIDTH_FOR_DETAILS_PX && !editor.state.panel.get())
    editor.state.panel.set('inspector')
}

/** Whether a cell or record is the one that was chosen last. */
function isCurrent({ state }: Editor, { row, step, item }: Cursor): boolean {
  const cursor = state.cursor.get()
  const selection = state.selection.get()
  return (
    cursor?.row === row &&
    cursor.step === step &&
    cursor.item === item &&
    (item === null || (selection.size === 1 && selection.has(item)))
  )
}

/** Edit the record, or begin one in the cell. */
function editOrCreate(editor: Editor, cursor: Cursor): void {
  if (cursor.item) startEditing(editor, cursor.item)
  else if (isLane(editor, cursor.row) || cursor.row === 'notes')
    startNew(editor, cursorAt(editor, cursor.row, cursor.step, -1))
  else if (cursor.row !== 'owners') editAtCursor(editor, cursor)
}

export function onDoubleClick(editor: Editor, event: MouseEvent): void {
  const target = event.target as Element
  const cursor = cursorUnder(target)
  if (!cursor || target.closest('[data-editing], button:not([data-item])') || isBesideNewRecord(editor, target)) return
  editOrCreate(editor, cursor)
}
