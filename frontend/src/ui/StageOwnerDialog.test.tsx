import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { type TestEditor, createTestEditor } from '../commands/testing/testEditor'
import { OwnersRow } from '../map/OwnersRow'
import { EditorContext } from '../map/hooks'
import { SHOP, record } from '../store/testing/records'
import { StageOwnerDialog } from './StageOwnerDialog'

const ADA = [
  record('person', 'ada', { name: 'Ada Mensah', member: 'm-ada', left_on: null }),
  record('appointment', 'p', { office: 'producer', person: 'ada', ended_at: null }),
]
const MEMBERS = [{ id: 'm-ada', name: 'Ada Mensah', has_left: false }]

// jsdom has no modal dialogs
HTMLDialogElement.prototype.showModal = function () {
  this.open = true
}
HTMLDialogElement.prototype.close = function () {
  this.open = false
}
afterEach(cleanup)

async function shown(records = [...SHOP, ...ADA]): Promise<TestEditor> {
  const testEditor = await createTestEditor(records, 'draw', MEMBERS)
  const stage = testEditor.editor.outline.get().stages[0] ?? ''
  render(
    <EditorContext value={testEditor.editor}>
      <OwnersRow />
      <StageOwnerDialog stage={stage} />
    </EditorContext>,
  )
  return testEditor
}

it('shows whom to ask until the user may propose a director', async () => {
  const testEditor = await shown()
  expect(screen.getAllByText('Ask Ada Mensah').length).toBeGreaterThan(1)
  expect(screen.queryByLabelText('Director to propose')).toBeNull()
  act(() => testEditor.editor.can.set(new Set(['draw', 'comment', 'appoint'])))
  expect(screen.queryByText('Ask Ada Mensah')).toBeNull()
  expect(screen.getAllByText('Propose a director').length).toBeGreaterThan(0)
  expect(screen.getByLabelText('Director to propose')).toBeDefined()
})

it('names the claimant of a stage without a director', async () => {
  const stage = (await createTestEditor()).editor.outline.get().stages[0]
  await shown([...SHOP, ...ADA, record('claim', 'c', { stage, person: 'ada', kind: 'claim', ended_at: null })])
  expect(screen.getByText('Ada Mensah claims it')).toBeDefined()
})
