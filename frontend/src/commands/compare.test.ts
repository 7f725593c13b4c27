import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SHOP, record } from '../store/testing/records'
import { comparePair, compareWithVersion } from './compare'
import { type Bench, bench } from './testing/editor'

let b: Bench
const fetched = vi.fn<typeof fetch>()

beforeEach(async () => {
  b = await bench()
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
})

const answer = (...records: unknown[]) => fetched.mockResolvedValueOnce(Response.json({ stream: 'x', version: 1, records }))
const compared = () => b.editor.compared.get()

it('an earlier version is read, and shown on the map', async () => {
  answer(...SHOP.filter((item) => item.id !== 'a'))
  await compareWithVersion(b.editor, 3)
  expect(fetched.mock.calls[0]?.[0]).toBe(`/api/v1/journeys/${b.editor.journey}/snapshot?version=3`)
  expect([compared()?.label, [...(compared()?.added ?? [])]]).toEqual(['version 3', ['a']])
})

it('a journey without another state is compared with none', () => {
  expect(b.run(comparePair)).toBe(false)
  comparePair.run(b.editor)
  expect(compared()).toBeNull()
})

it.each([[[record('journey', 'other', { title: 'To be' })], '“To be”'], [[], 'the other journey']])('the other state is shown, and taken away again (%#)', async (records, label) => {
  const editor = { ...b.editor, pair: 'other' }
  answer(...records)
  expect(comparePair.canRun(editor)).toBe(true)
  comparePair.run(editor)
  await vi.waitFor(() => expect(compared()?.label).toBe(label))
  comparePair.run(editor)
  expect(compared()).toBeNull()
})

it('says so when the other cannot be read', async () => {
  fetched.mockRejectedValueOnce(new TypeError('away'))
  comparePair.run({ ...b.editor, pair: 'other' })
  await vi.waitFor(() => expect(b.prompts.toast).toHaveBeenCalledWith('The other journey cannot be read just now.', { kind: 'brk' }))
})
