import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestEditor, createTestEditor } from '../commands/testing/testEditor'
import { EditorContext } from '../map/hooks'
import { NumberField } from './NumberField'

let testEditor: TestEditor

beforeEach(async () => {
  testEditor = await createTestEditor()
})
afterEach(cleanup)

function show(value: number | null, onKeep: (value: number | null) => void) {
  render(
    <EditorContext value={testEditor.editor}>
      <NumberField field="measure value" label="Value" value={value} readOnly={false} onKeep={onKeep} />
    </EditorContext>,
  )
}

function typed(value: number | null, text: string) {
  const onKeep = vi.fn()
  show(value, onKeep)
  const box = screen.getByLabelText<HTMLInputElement>('Value')
  fireEvent.change(box, { target: { value: text } })
  fireEvent.blur(box)
  return { box, onKeep, problem: screen.queryByRole('alert')?.textContent ?? '' }
}

describe('a number in the panel', () => {
  it.each([
    ['3,5', 3.5],
    ['1.234,5', 1234.5],
    ['1,234.5', 1234.5],
    ['', null],
  ])('is read whichever separator it has: %s', (text, value) => {
    expect(typed(7, text).onKeep.mock.calls).toEqual([[value, 7]])
  })

  it.each(['1.234', '1,234', '12 apples'])('keeps text that cannot be parsed, with the reason: %s', (text) => {
    const { box, onKeep, problem } = typed(7, text)
    expect([onKeep.mock.calls, box.value, box.getAttribute('aria-invalid')]).toEqual([[], text, 'true'])
    expect(problem).toContain(`“${text}”`)
    expect(testEditor.editor.unsavedTexts.getDraft('measure value')).toBe(text)
    expect(box.inputMode).toBe('decimal')
    expect(box.type).toBe('text')
  })

  it('is not sent if unchanged, and can be parsed as displayed', () => {
    const { box, onKeep } = typed(1.234, '1.2340')
    expect([onKeep.mock.calls, box.value]).toEqual([[], '1.2340'])
  })

  it('waits for an input method to finish', () => {
    const onKeep = vi.fn()
    show(null, onKeep)
    const box = screen.getByLabelText('Value')
    fireEvent.change(box, { target: { value: '３' } })
    fireEvent.keyDown(box, { key: 'Enter', keyCode: 229 })
    expect(onKeep).not.toHaveBeenCalled()
    fireEvent.keyDown(box, { key: 'Enter', keyCode: 13 })
    expect(onKeep.mock.calls).toEqual([[3, null]])
  })
})
