import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { eventually } from '../lib/testing/eventually'
import { SHOP, record } from '../store/testing/records'
import { comparePair, showVersionComparison } from './compare'
import { type TestEditor, createTestEditor } from './testing/testEditor'

let testEditor: TestEditor
const fetched = vi.fn<typeof fetch>()

beforeEach(async () => {
  testEditor = await createTestEditor()
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
})

const answer = (...records: unknown[]) =>
  fetched.mockResolvedValueOnce(Response.json({ stream: 'x', version: 1, records }))
const compared = () => testEditor.editor.comparison.get()

it('loads an earlier version and shows it on the map', async () => {
  answer(...SHOP.filter((item) => item.id !== 'a'))
  await showVersionComparison(testEditor.editor, 3)
  expect(fetched.mock.calls[0]?.[0]).toBe(`/api/v1/journeys/${testEditor.editor.journey}/snapshot?version=3`)
  expect([compared()?.label, [...(compared()?.added ?? [])]]).toEqual(['version 3', ['a']])
})

it('does not compare a journey without a pair', () => {
  expect(testEditor.run(comparePair)).toBe(false)
  comparePair.run(testEditor.editor)
  expect(compared()).toBeNull()
})

it.each([
  [[record('journey', 'other', { title: 'To be' })], '“To be”'],
  [[], 'the other journey'],
])('the other state is shown, and taken away again (%#)', async (records, label) => {
  const editor = { ...testEditor.editor, pair: 'other' }
  answer(...records)
  expect(comparePair.canRun(editor)).toBe(true)
  comparePair.run(editor)
  await eventually(() => expect(compared()?.label).toBe(label))
  comparePair.run(editor)
  expect(compared()).toBeNull()
})

it('shows an error when the other journey cannot be loaded', async () => {
  fetched.mockRejectedValueOnce(new TypeError('away'))
  comparePair.run({ ...testEditor.editor, pair: 'other' })
  await eventually(() =>
    expect(testEditor.ui.toast).toHaveBeenCalledWith('Couldn’t load the other journey. Try again in a moment.', {
      kind: 'brk',
    }),
  )
})
