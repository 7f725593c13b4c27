import { expect, it } from 'vitest'
import { createTestEditor } from './testing/testEditor'
import { columnOf, rowName, describeCell, titleOf } from './positionText'

it('says places in words', async () => {
  const { editor } = await createTestEditor()
  expect(['l1', 'l2', 'notes', 'nowhere'].map((row) => rowName(editor, row))).toEqual([
    'Shop',
    'Customer only',
    'Pains and ideas',
    'this row',
  ])
  expect(describeCell(editor, 'l1', columnOf(editor, 'p2'))).toBe('Shop, step 2 of 3')
  expect([titleOf(editor, 'a'), titleOf(editor, null), columnOf(editor, 'gone')]).toEqual(['Window', '', -1])
})
