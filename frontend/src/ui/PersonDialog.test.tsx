import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { type Bench, bench } from '../commands/testing/editor'
import { AnswersRow } from '../map/AnswersRow'
import { EditorContext } from '../map/hooks'
import { SHOP, record } from '../store/testing/records'
import { PersonDialog } from './PersonDialog'

const ADA = [record('person', 'ada', { name: 'Ada Mensah', member: 'm-ada', left_on: null }), record('appointment', 'p', { office: 'producer', person: 'ada', ended_at: null })]
const MEMBERS = [{ id: 'm-ada', name: 'Ada Mensah', has_left: false }]

// jsdom has no modal dialogs
HTMLDialogElement.prototype.showModal = function () {
  this.open = true
}
HTMLDialogElement.prototype.close = function () {
  this.open = false
}
afterEach(cleanup)

async function shown(records = [...SHOP, ...ADA]): Promise<Bench> {
  const b = await bench(records, 'draw', MEMBERS)
  const stage = b.editor.order.get().stages[0] ?? ''
  render(<EditorContext value={b.editor}><AnswersRow /><PersonDialog stage={stage} /></EditorContext>)
  return b
}

it('says whom to ask to those who name nobody, until they may', async () => {
  const b = await shown()
  expect(screen.getAllByText('Ask Ada Mensah').length).toBeGreaterThan(1)
  expect(screen.queryByLabelText('Propose a director')).toBeNull()
  act(() => b.editor.can.set(new Set(['draw', 'comment', 'appoint'])))
  expect(screen.queryByText('Ask Ada Mensah')).toBeNull()
  expect(screen.getAllByText('Name one').length).toBeGreaterThan(0)
  expect(screen.getByLabelText('Propose a director')).toBeDefined()
})

it('names the one who claims a stage that has no director', async () => {
  const stage = (await bench()).editor.order.get().stages[0]
  await shown([...SHOP, ...ADA, record('claim', 'c', { stage, person: 'ada', kind: 'claim', withdrawn_at: null })])
  expect(screen.getByText('Ada Mensah claims it')).toBeDefined()
})
