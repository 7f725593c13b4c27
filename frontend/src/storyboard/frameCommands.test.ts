import { describe, expect, it } from 'vitest'
import { createTestEditor } from '../commands/testing/testEditor'
import type { Item } from '../model/records'
import { SHOP } from '../store/testing/records'
import type { Storyboard } from './context'
import { addFrame, rateStep } from './frameCommands'
import { filmFrames } from './film'
import { StoryboardState } from './state'

const withoutCards = SHOP.filter(({ type }) => type !== 'touchpoint')
const touchpoints = (items: Iterable<Item | undefined>) =>
  [...items].map((item) => [item?.fields['title'], item?.fields['emotion'], item?.fields['step']])

describe('the feeling of a step', () => {
  it('adds a touchpoint where there is none, and then changes it', async () => {
    const { editor } = await createTestEditor(withoutCards)
    const [column] = editor.outline.get().columns
    const step = column?.step ?? ''
    const title = editor.store.get(step)?.fields['title']
    const all = () => touchpoints(editor.store.ofType('touchpoint').map((id) => editor.store.get(id)))
    rateStep(editor, step, -2)
    expect(all()).toEqual([[title, -2, step]])
    rateStep(editor, step, 1)
    expect(all()).toEqual([[title, 1, step]])
  })
})

describe('a new frame', () => {
  it('goes after the open one, or to the end of a step', async () => {
    const { editor } = await createTestEditor(withoutCards)
    const state = new StoryboardState()
    const board = { editor, state } as unknown as Storyboard
    const step = editor.outline.get().columns[0]?.step ?? ''
    const first = addFrame(board)
    const second = addFrame(board)
    state.frame.set(first)
    const last = addFrame(board, step)
    state.frame.set(first)
    const between = addFrame(board)
    expect(filmFrames(editor.store, editor.outline.get()).map(({ id }) => id)).toEqual([first, between, second, last])
  })
})
