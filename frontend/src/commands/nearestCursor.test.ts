/** Where the cursor goes when others take away what it stood on. */
import { beforeEach, expect, it } from 'vitest'
import type { Cursor } from '../store/editorState'
import { nearestCursor, gridIndexOf } from './nearestCursor'
import { type TestEditor, createTestEditor } from './testing/testEditor'

let testEditor: TestEditor

beforeEach(async () => void (testEditor = await createTestEditor()))

const cursor = (row: string, step: string, item: string | null = null): Cursor => ({ row, step, item })

/** The cursor after `change`, which happened while it stood at `at`. */
function after(at: Cursor, change: () => void): Cursor | null {
  const last = gridIndexOf(testEditor.editor, at)
  change()
  return nearestCursor(testEditor.editor, at, last)
}

const remove = (type: string, id: string) => () =>
  void testEditor.editor.session.apply('gone', [{ op: 'remove', type, id }])
const toP3 = () =>
  void testEditor.editor.session.apply('moved', [
    { op: 'move', type: 'touchpoint', id: 'a', place: { step: 'p3', lane: 'l1' } },
  ])

it('stays where it still holds, the very same', () => {
  for (const at of [cursor('l1', 'p1', 'a'), cursor('emotions', 'p3')])
    expect(after(at, remove('touchpoint', 'c'))).toBe(at)
  const answers = cursor('owners', 'p1')
  expect(after(answers, () => undefined)).toBe(answers)
})

it('follows its record to where that went', () => {
  expect(after(cursor('l1', 'p1', 'a'), toP3)).toEqual(cursor('l1', 'p3', 'a'))
})

it('goes to what is left in the cell when its record is gone', () => {
  expect(after(cursor('l1', 'p1', 'a'), remove('touchpoint', 'a'))).toEqual(cursor('l1', 'p1', 'b'))
  expect(after(cursor('l1', 'p2', 'c'), remove('touchpoint', 'c'))).toEqual(cursor('l1', 'p2'))
})

it('goes to the nearest column and row when these are gone', () => {
  expect(after(cursor('l1', 'p3', 'd'), remove('stage', 's2'))?.step).toBe('p2')
  expect(after(cursor('scenes', 'p1'), () => testEditor.editor.state.toggleRow('hidden', 'scenes'))?.row).toBe('l1')
})

it('is nowhere on a map without steps', () => {
  const at = cursor('l1', 'p1', 'a')
  expect(after(at, () => ['s1', 's2'].forEach((id) => remove('stage', id)()))).toBeNull()
})
