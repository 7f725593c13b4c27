import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestEditor, createTestEditor } from '../commands/testing/testEditor'
import { EditorContext } from '../map/hooks'
import { CommandPalette } from './CommandPalette'
import { openDialog } from './dialogState'

let testEditor: TestEditor

// Not implemented by jsdom.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true
}
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false
}
Element.prototype.scrollIntoView ??= () => undefined

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  testEditor = await createTestEditor()
  openDialog.set({ dialog: 'palette', about: null })
  render(
    <EditorContext value={testEditor.editor}>
      <CommandPalette />
    </EditorContext>,
  )
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const box = () => screen.getByRole('combobox')
const result = () => screen.queryAllByRole('option').map((option) => option.querySelector('.grow')?.textContent)
const chosen = () =>
  screen
    .getAllByRole('option')
    .find((option) => option.getAttribute('aria-selected') === 'true')
    ?.querySelector('.grow')?.textContent
const write = (value: string) => fireEvent.change(box(), { target: { value } })
const press = (...keys: string[]) => keys.forEach((key) => fireEvent.keyDown(box(), { key }))
const finished = () => act(() => void vi.runAllTimers())

describe('searching', () => {
  it('starts focused, with the commands that can run', () => {
    expect(document.activeElement).toBe(box())
    expect(result()).toContain('Touchpoint')
    expect(result()).not.toContain('Remove') // nothing is selected
    expect(screen.getAllByRole('option').length).toBeLessThanOrEqual(40)
  })

  it('matches every word, titles that start with it first', () => {
    write('shelf')
    expect(result()).toEqual(['Shelf'])
    write('promise QUICK')
    expect(result()).toEqual(['Quick'])
    write('bo')
    expect(result()[0]).toBe('Box')
  })

  it('reports no matches', () => {
    write('no such thing')
    expect([result(), screen.getByText('No matches.').tagName]).toEqual([[], 'P'])
    press('ArrowDown', 'Enter')
    finished()
    expect(openDialog.get()).not.toBeNull()
  })
})

describe('choosing', () => {
  it('wraps around with the arrow keys, and restarts on typing', () => {
    write('step')
    const all = result()
    expect(chosen()).toBe(all[0])
    press('ArrowDown')
    expect(chosen()).toBe(all[1])
    press('ArrowUp', 'ArrowUp')
    expect(chosen()).toBe(all.at(-1))
    expect(box().getAttribute('aria-activedescendant')).toBe(`palette-${all.length - 1}`)
    write('st')
    expect(box().getAttribute('aria-activedescendant')).toBe('palette-0')
  })

  it('moves to a record on Enter', () => {
    write('till')
    press('Enter')
    expect(openDialog.get()).toBeNull()
    finished()
    expect(testEditor.editor.state.cursor.get()).toEqual({ row: 'l1', step: 'p2', item: 'c' })
  })

  it('runs a command on Enter', () => {
    write('zoom in')
    press('Tab', 'Enter')
    finished()
    expect(testEditor.editor.state.zoom.get()).toBe(1.1)
  })

  it('runs a command on click', () => {
    write('zoom out')
    fireEvent.click(screen.getAllByRole('option')[0] as HTMLElement)
    finished()
    expect(testEditor.editor.state.zoom.get()).toBe(0.9)
  })
})
