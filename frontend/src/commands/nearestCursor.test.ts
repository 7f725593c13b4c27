/** Repairing the cursor when others remove its record. */
import { beforeEach, expect, it } from 'vitest'
import type { Cursor } from '../store/editorState'
import { nearestCursor, gridIndexOf } from './nearestCursor'
import { type TestEditor, createTestEditor } from './testing/testEditor'

let testEditor: TestEditor

beforeEach(async () => void (testEditor = await createTestEditor()))

const cursor = (row: string, step: string, item: string | null = null): Cursor => ({ row, step, item })

/** Return the cursor after `change`, made while it was at `at`. */
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

it('returns the same cursor while it is valid', () => {
  for (const at of [cursor('l1', 'p1', 'a'), cursor('emotions', 'p3')])
    expect(after(at, remove('touchpoint', 'c'))).toBe(at)
  const answers = cursor('owners', 'p1')
  expect(after(answers, () => undefined)).toBe(answers)
})

it('follows its record', () => {
  expect(after(cursor('l1', 'p1', 'a'), toP3)).toEqual(cursor('l1', 'p3', 'a'))
})

it('moves to a remaining record of the cell', () => {
  expect(after(cursor('l1', 'p1', 'a'), remove('touchpoint', 'a'))).toEqual(cursor('l1', 'p1', 'b'))
  expect(after(cursor('l1', 'p2', 'c'), remove('touchpoint', 'c'))).toEqual(cursor('l1', 'p2'))
})

it('moves to the nearest column and row', () => {
  expect(after(cursor('l1', 'p3', 'd'), remove('stage', 's2'))?.step).toBe('p2')
  expect(after(cursor('scenes', 'p1'), () => testEditor.editor.state.toggleRow('hidden', 'scenes'))?.row).toBe('l1')
})

it('is null on a map without steps', () => {
  const at = cursor('l1', 'p1', 'a')
  expect(after(at, () => ['s1', 's2'].forEach((id) => remove('stage', id)()))).toBeNull()
})
