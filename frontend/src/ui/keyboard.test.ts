import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, bench } from '../commands/testing/editor'
import { watchKeys } from './keyboard'

let b: Bench
let end: () => void
let now: number
const grid = document.createElement('div')
grid.dataset['grid'] = ''

beforeEach(async () => {
  b = await bench()
  document.body.replaceChildren(grid)
  now = 10_000
  end = watchKeys(b.editor)
})
afterEach(() => end())

/** Press keys on the map, so many milliseconds apart. */
function press(keys: readonly string[], pause = 80): void {
  for (const key of keys) {
    const isCapital = key.length === 1 && key !== key.toLowerCase()
    const event = new KeyboardEvent('keydown', { key, shiftKey: isCapital, bubbles: true, cancelable: true })
    Object.defineProperty(event, 'timeStamp', { value: (now += pause) })
    grid.dispatchEvent(event)
  }
}
const draft = () => b.editor.view.editing.get()?.draft
const sets = () => b.editor.session.history.undoable.get().length

describe('a word typed where no text is', () => {
  it('is no row of commands', () => {
    b.at('steps', 'p2', 'p2')
    press([...'Explore'])
    expect([sets(), draft(), b.prompts.open.mock.calls.length]).toEqual([0, undefined, 0])
    press([...'spot'])
    expect([sets(), draft(), b.prompts.open.mock.calls.length]).toEqual([0, undefined, 0])
  })

  it('goes into the text that its first letter begins', () => {
    b.at('steps', 'p2', 'p2')
    press([...'touch it'])
    expect([draft(), sets()]).toEqual(['ouch it', 0])
    press(['Enter'])
    expect([b.editor.view.editing.get(), sets()]).toEqual([null, 1])
  })

  it('is the name of the new thing that its first letter makes', () => {
    b.at('steps', 'p2', 'p2')
    press([...'mail'])
    expect([draft(), sets()]).toEqual(['ail', 0])
    press(['Escape'])
    expect([draft(), sets()]).toEqual([undefined, 0])
  })

  it('leaves letters commands that are pressed one by one', () => {
    b.at('l1', 'p1', 'a')
    press(['s'], 400)
    press(['o'], 400)
    expect([sets(), b.prompts.open.mock.calls[0]?.[0]]).toEqual([1, 'person'])
  })

  it('ends with a key that is no letter', () => {
    b.at('steps', 'p2', 'p2')
    press(['e', 'ArrowRight', 'o'])
    expect(b.prompts.open.mock.calls[0]?.[0]).toBe('person')
  })
})
