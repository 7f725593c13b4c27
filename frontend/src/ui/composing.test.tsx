/** The keys with which somebody chooses a Japanese or Chinese word do nothing else. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beginNew } from '../commands/edit_text'
import { type Bench, bench } from '../commands/testing/editor'
import { EditorContext } from '../map/hooks'
import { SHOP, record } from '../store/testing/records'
import { Inspector } from './Inspector'
import { Palette } from './Palette'
import { TopBar } from './TopBar'
import { dialogs } from './dialogs'
import { watchKeys } from './keyboard'

HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) { this.open = true }
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) { this.open = false }
Element.prototype.scrollIntoView ??= () => undefined

let b: Bench
beforeEach(async () => void (b = await bench(SHOP)))
afterEach(() => {
  cleanup()
  dialogs.set(null)
})

const show = (ui: ReactNode) => render(<EditorContext value={b.editor}>{ui}</EditorContext>)
const gestures = () => b.editor.session.history.undoable.get().length

/** Chromium's and Firefox's event, then Safari's, which comes after the end of the composition. */
function compose(box: HTMLElement, key: string): void {
  fireEvent.keyDown(box, { key, isComposing: true })
  fireEvent.compositionEnd(box)
  fireEvent.keyDown(box, { key, keyCode: 229 })
}

describe('a word that is being chosen', () => {
  it('does not finish the title of a card in the panel', () => {
    b.editor.view.select('a')
    show(<Inspector />)
    const box = screen.getByLabelText('Title')
    fireEvent.change(box, { target: { value: 'まど' } })
    compose(box, 'Enter')
    expect(gestures()).toBe(0)
    fireEvent.keyDown(box, { key: 'Enter' })
    expect(gestures()).toBe(1)
  })

  it('does not finish or leave the title of the journey', () => {
    const { journey } = b.editor
    b.editor.store.load({ records: [record('journey', journey, { title: 'Shop' })] as never })
    show(<TopBar />)
    fireEvent.click(screen.getByRole('button', { name: 'Shop' }))
    const box = screen.getByLabelText('Title')
    fireEvent.change(box, { target: { value: 'みせ' } })
    compose(box, 'Enter')
    compose(box, 'Escape')
    expect([gestures(), screen.getByLabelText<HTMLInputElement>('Title').value]).toEqual([0, 'みせ'])
  })

  it('does not run the first command that is found', () => {
    dialogs.set({ dialog: 'palette', about: null })
    show(<Palette />)
    const box = screen.getByRole('combobox')
    const chosen = () => screen.getAllByRole('option').findIndex((one) => one.getAttribute('aria-selected') === 'true')
    for (const key of ['ArrowDown', 'Enter']) compose(box, key)
    expect([dialogs.get()?.dialog, chosen()]).toEqual(['palette', 0])
  })

  it('does not finish, leave or go on from a text on the map', () => {
    const grid = document.createElement('div')
    const text = document.createElement('textarea')
    grid.dataset['grid'] = text.dataset['editing'] = ''
    grid.append(text)
    document.body.append(grid)
    const end = watchKeys(b.editor)
    beginNew(b.editor, { row: 'l2', step: 'p1', item: null }, 'まど')
    for (const key of ['Enter', 'Escape', 'Tab']) compose(text, key)
    expect(b.editor.view.editing.get()?.draft).toBe('まど')
    fireEvent.keyDown(text, { key: 'Enter' })
    expect([b.editor.view.editing.get(), gestures()]).toEqual([null, 1])
    end()
    grid.remove()
  })
})
