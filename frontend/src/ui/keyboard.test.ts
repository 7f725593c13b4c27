import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestEditor, createTestEditor } from '../commands/testing/testEditor'
import { watchKeys } from './keyboard'

let testEditor: TestEditor
let cleanup: () => void
let now: number
const grid = document.createElement('div')
grid.dataset['grid'] = ''

beforeEach(async () => {
  testEditor = await createTestEditor()
  document.body.replaceChildren(grid)
  now = 10_000
  cleanup = watchKeys(testEditor.editor)
})
afterEach(() => cleanup())

/** Press keys on the map, the given number of milliseconds apart. */
function press(keys: readonly string[], pause = 80): void {
  for (const key of keys) {
    const isCapital = key.length === 1 && key !== key.toLowerCase()
    const event = new KeyboardEvent('keydown', { key, shiftKey: isCapital, bubbles: true, cancelable: true })
    Object.defineProperty(event, 'timeStamp', { value: (now += pause) })
    grid.dispatchEvent(event)
  }
}
const draft = () => testEditor.editor.state.inlineEdit.get()?.draft
const sets = () => testEditor.editor.session.history.undoable.get().length

describe('a word typed outside a text field', () => {
  it('does not run a series of commands', () => {
    testEditor.at('steps', 'p2', 'p2')
    press([...'Explore'])
    expect([sets(), draft(), testEditor.ui.open.mock.calls.length]).toEqual([0, undefined, 0])
    press([...'spot'])
    expect([sets(), draft(), testEditor.ui.open.mock.calls.length]).toEqual([0, undefined, 0])
  })

  it('continues the text that its first letter started', () => {
    testEditor.at('steps', 'p2', 'p2')
    press([...'touch it'])
    expect([draft(), sets()]).toEqual(['ouch it', 0])
    press(['Enter'])
    expect([testEditor.editor.state.inlineEdit.get(), sets()]).toEqual([null, 1])
  })

  it('names the record that its first letter added', () => {
    testEditor.at('steps', 'p2', 'p2')
    press([...'mail'])
    expect([draft(), sets()]).toEqual(['ail', 0])
    press(['Escape'])
    expect([draft(), sets()]).toEqual([undefined, 0])
  })

  it('runs commands for letters pressed one at a time', () => {
    testEditor.at('l1', 'p1', 'a')
    press(['s'], 400)
    press(['o'], 400)
    expect([sets(), testEditor.ui.open.mock.calls[0]?.[0]]).toEqual([1, 'person'])
  })

  it('ends with a key that is not a letter', () => {
    testEditor.at('steps', 'p2', 'p2')
    press(['e', 'ArrowRight', 'o'])
    expect(testEditor.ui.open.mock.calls[0]?.[0]).toBe('person')
  })
})
