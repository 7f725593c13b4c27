import { act, cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TestEditor, createTestEditor } from '../commands/testing/testEditor'
import { EditorContext } from '../map/hooks'
import { TopBar } from './TopBar'

let testEditor: TestEditor

beforeEach(async () => {
  testEditor = await createTestEditor()
  render(
    <EditorContext value={testEditor.editor}>
      <TopBar />
    </EditorContext>,
  )
})
afterEach(cleanup)

const bar = () => document.querySelector('.sync-status')?.textContent

/** Do what the browser's page translation does: wrap each text in an element. */
function translate(): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const result: Text[] = []
  while (texts.nextNode()) result.push(texts.currentNode as Text)
  for (const text of result) {
    const font = document.createElement('font')
    text.replaceWith(font)
    font.append(text.data)
  }
}

it('keeps updating status and version on a translated page', () => {
  translate()
  act(() => {
    testEditor.editor.session.state.set({ kind: 'offline', waiting: 2 })
    testEditor.editor.session.shownVersion.set(7)
  })
  expect([bar(), document.querySelector('.version')?.textContent]).toEqual(['Offline, 2 unsent changes', 'version 7'])
})

it('never shows Saved while a text is unsaved', () => {
  expect(bar()).toBe('Saved')
  act(
    () =>
      void testEditor.editor.unsavedTexts.saveTexts('Changed “Window”', [
        { op: 'set', type: 'touchpoint', id: 'a', fields: { title: 'Typed' } },
      ]),
  )
  expect(bar()).toBe('1 unsaved text')
  act(() => testEditor.editor.session.state.set({ kind: 'signed-out', waiting: 1 }))
  expect(bar()).toBe('Signed out, 1 unsent change. Sign in again in another tab. 1 unsaved text')
})
