/** Keys used to choose a Japanese or Chinese word must do nothing else. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startNew } from '../commands/inlineEdit'
import { type TestEditor, createTestEditor } from '../commands/testing/testEditor'
import { EditorContext } from '../map/hooks'
import { SHOP, record } from '../store/testing/records'
import { Inspector } from './Inspector'
import { CommandPalette } from './CommandPalette'
import { TopBar } from './TopBar'
import { openDialog } from './dialogState'
import { watchKeys } from './keyboard'

HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true
}
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false
}
Element.prototype.scrollIntoView ??= () => undefined

let testEditor: TestEditor
beforeEach(async () => void (testEditor = await createTestEditor(SHOP)))
afterEach(() => {
  cleanup()
  openDialog.set(null)
})

const show = (ui: ReactNode) => render(<EditorContext value={testEditor.editor}>{ui}</EditorContext>)
const gestures = () => testEditor.editor.session.history.undoable.get().length

/** The event as in Chromium and Firefox, then as in Safari, where it follows the end of the composition. */
function compose(box: HTMLElement, key: string): void {
  fireEvent.keyDown(box, { key, isComposing: true })
  fireEvent.compositionEnd(box)
  fireEvent.keyDown(box, { key, keyCode: 229 })
}

describe('a word being composed', () => {
  it('does not commit the title of a card in the panel', () => {
    testEditor.editor.state.select('a')
    show(<Inspector />)
    const box = screen.getByLabelText('Title')
    fireEvent.change(box, { target: { value: 'まど' } })
    compose(box, 'Enter')
    expect(gestures()).toBe(0)
    fireEvent.keyDown(box, { key: 'Enter' })
    expect(gestures()).toBe(1)
  })

  it('does not commit or cancel the title of the journey', () => {
    const { journey } = testEditor.editor
    testEditor.editor.store.load({ records: [record('journey', journey, { title: 'Shop' })] as never })
    show(<TopBar />)
    fireEvent.click(screen.getByRole('button', { name: 'Shop' }))
    const box = screen.getByLabelText('Title')
    fireEvent.change(box, { target: { value: 'みせ' } })
    compose(box, 'Enter')
    compose(box, 'Escape')
    expect([gestures(), screen.getByLabelText<HTMLInputElement>('Title').value]).toEqual([0, 'みせ'])
  })

  it('does not run the first match', () => {
    openDialog.set({ dialog: 'palette', about: null })
    show(<CommandPalette />)
    const box = screen.getByRole('combobox')
    const chosen = () =>
      screen.getAllByRole('option').findIndex((option) => option.getAttribute('aria-selected') === 'true')
    for (const key of ['ArrowDown', 'Enter']) compose(box, key)
    expect([openDialog.get()?.dialog, chosen()]).toEqual(['palette', 0])
  })

  it('does not commit, cancel or leave an inline edit', () => {
    const grid = document.createElement('div')
    const text = document.createElement('textarea')
    grid.dataset['grid'] = text.dataset['editing'] = ''
    grid.append(text)
    document.body.append(grid)
    const cleanup = watchKeys(testEditor.editor)
    startNew(testEditor.editor, { row: 'l2', step: 'p1', item: null }, 'まど')
    for (const key of ['Enter', 'Escape', 'Tab']) compose(text, key)
    expect(testEditor.editor.state.inlineEdit.get()?.draft).toBe('まど')
    fireEvent.keyDown(text, { key: 'Enter' })
    expect([testEditor.editor.state.inlineEdit.get(), gestures()]).toEqual([null, 1])
    cleanup()
    grid.remove()
  })
})
