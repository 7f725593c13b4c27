/**
 * Clicks on the map: a click selects, a double click or second tap edits, and a click drops picked-up cards. Dragging
 * is handled separately.
 */
import type { Editor } from '../../commands/command'
import { editAtCursor } from '../../commands/edit'
import { startEditing, startNew, commitEdit } from '../../commands/inlineEdit'
import { addStep } from '../../commands/createCommands'
import { dropCarried } from '../../commands/moveCommands'
import { cursorAt, isLane } from '../../commands/gridNavigation'
import type { Cursor } from '../../store/editorState'

const MIN_WIDTH_FOR_DETAILS_PX = 1280

/** Return the cell at an event target, and the record in it if there is one. */
export function cursorUnder(target: EventTarget | null): Cursor | null {
  const result = target instanceof Element ? target.closest<HTMLElement>('[data-row][data-step]') : null
  const { row, step, item } = result?.dataset ?? {}
  return row && step !== undefined ? { row, step, item: item ?? null } : null
}

/**
 * Return whether a press is in the cell of a new record without a title, but outside its text. It may be the second
 * press of a double click.
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

/** Keep the focus in the text of a new record when its cell is pressed. */
export function onMouseDown(editor: Editor, event: MouseEvent): void {
  if (isBesideNewRecord(editor, event.target) && !(event.target as Element).closest('[data-editing]'))
    event.preventDefault()
}

/** Commit the edit on a click outside it. Runs before the click's own action, which may start another edit. */
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
  // Open the details automatically if there is room for them beside the map.
  if (cursor.item && window.innerWidth >= MIN_WIDTH_FOR_DETAILS_PX && !editor.state.panel.get())
    editor.state.panel.set('inspector')
}

/** Return whether a cell or record is already the current one. */
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

/** Edit the record, or add one in the cell. */
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
