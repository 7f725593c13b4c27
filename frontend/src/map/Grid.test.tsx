/** Rendering of the map: an edit re-renders a single card, however many there are. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { Profiler } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startNew } from '../commands/inlineEdit'
import { type TestEditor, createTestEditor } from '../commands/testing/testEditor'
import type { Item } from '../model/records'
import type { Patch } from '../store/patches'
import { SHOP, record } from '../store/testing/records'
import { Card } from './Card'
import { Grid } from './Grid'
import { EditorContext } from './hooks'

const MANY = 200
const CARDS: readonly Item[] = Array.from({ length: MANY }, (_, n) =>
  record('touchpoint', `t${n}`, {
    title: `Card ${n}`,
    step: 'p1',
    lane: 'l1',
    position: `o${n.toString(36).padStart(2, '0')}`,
  }),
)

let testEditor: TestEditor

// Not implemented by jsdom.
Element.prototype.scrollIntoView ??= () => undefined
globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS

beforeEach(async () => void (testEditor = await createTestEditor([...SHOP, ...CARDS])))
afterEach(cleanup)

const show = (...patches: Patch[]) =>
  act(() => void testEditor.editor.store.show({ gesture: String(Math.random()), patches }))

describe('a card', () => {
  it('is the only one of 200 to re-render when its title changes', () => {
    const drawn: string[] = []
    render(
      <EditorContext value={testEditor.editor}>
        <ul>
          {CARDS.map(({ id }) => (
            <Profiler key={id} id={id} onRender={(which) => drawn.push(which)}>
              <Card id={id} lane="l1" step="p1" />
            </Profiler>
          ))}
        </ul>
      </EditorContext>,
    )
    expect(drawn).toHaveLength(MANY)
    drawn.length = 0
    show({ kind: 'set', id: 't7', fields: { title: 'Seven' } })
    expect(drawn).toEqual(['t7'])
    drawn.length = 0
    act(() => testEditor.editor.state.placeCursor({ row: 'l1', step: 'p1', item: 't3' }))
    act(() => testEditor.editor.state.placeCursor({ row: 'l1', step: 'p1', item: 't4' }))
    expect(new Set(drawn)).toEqual(new Set(['t3', 't4']))
  })

  it('includes what color and position convey in its accessible name', () => {
    render(
      <EditorContext value={testEditor.editor}>
        <ul>
          <Card id="d" lane="l1" step="p3" />
          <Card id="gone" lane="l1" step="p3" />
        </ul>
      </EditorContext>,
    )
    expect(screen.getByRole('button').getAttribute('aria-label')).toBe('Box. Shop. Emotion: Not rated. Moment of truth')
    show({
      kind: 'add',
      item: record('comment', 'x', { subject_id: 'd', thread: null, made_at: '1', resolved_at: null }),
    })
    expect(screen.getByRole('button').getAttribute('aria-label')).toContain('1 comment')
  })

  it('is edited in place', () => {
    render(
      <EditorContext value={testEditor.editor}>
        <ul>
          <Card id="a" lane="l1" step="p1" />
        </ul>
      </EditorContext>,
    )
    act(() =>
      testEditor.editor.state.inlineEdit.set({
        id: 'a',
        type: 'touchpoint',
        field: 'title',
        draft: 'Window',
        cursor: { row: 'l1', step: 'p1', item: 'a' },
      }),
    )
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Title' }))
  })
})

describe('the map', () => {
  const map = () =>
    render(
      <EditorContext value={testEditor.editor}>
        <Grid title="A shop" />
      </EditorContext>,
    )

  it('keeps all DOM nodes except one card when a title changes', async () => {
    const { container } = map()
    const seen: MutationRecord[] = []
    const watch = new MutationObserver((records) => void seen.push(...records))
    watch.observe(container, { subtree: true, childList: true, attributes: true, characterData: true })
    show({ kind: 'set', id: 't7', fields: { title: 'Seven' } })
    seen.push(...watch.takeRecords())
    watch.disconnect()
    const touched = new Set(
      seen.map(
        ({ target }) =>
          (target instanceof Element ? target : target.parentElement)
            ?.closest('[data-item]')
            ?.getAttribute('data-item') ?? target.nodeName,
      ),
    )
    expect([...touched]).toEqual(['t7'])
  })

  it('shows a new lane and a lane that gets its first card', () => {
    const { container } = map()
    const rows = () => [...container.querySelectorAll('.map-lane')].map((row) => row.getAttribute('data-rowkey'))
    expect(rows()).toEqual(['l1'])
    show({ kind: 'add', item: record('lane', 'l3', { kind: 'department', department: 'shop', position: 'n9' }) })
    expect(rows()).toEqual(['l1', 'l3'])
    show({ kind: 'add', item: record('touchpoint', 'talk', { title: 'Talk', step: 'p2', lane: 'l2', position: 'n0' }) })
    expect(rows()).toEqual(['l1', 'l2', 'l3'])
  })

  it('updates whether a cell is empty while the card count of its lane stays the same', () => {
    const { container } = map()
    const cell = (step: string) =>
      container.querySelector(`[data-cell][data-row="l1"][data-step="${step}"]`)?.getAttribute('aria-label')
    expect([cell('p2'), cell('p3')]).toEqual([null, null])
    show({ kind: 'set', id: 'c', fields: { step: 'p3', position: 'n9' } })
    expect([cell('p2'), cell('p3')]).toEqual(['Shop: empty, Enter to add', null])
  })

  it('does so for pains and measures, and names a promise by its current steps', () => {
    const { container } = map()
    const label = (where: string) => container.querySelector(where)?.getAttribute('aria-label')
    const [pains, waits] = ['[data-cell][data-row=notes][data-step=p1]', '[data-cell][data-row=measures][data-step=p2]']
    expect([label(pains), label(waits)]).toEqual([null, null])
    show({ kind: 'set', id: 'n', fields: { step: 'p2' } }, { kind: 'set', id: 'm', fields: { step: 'p1' } })
    expect([label(pains), label(waits)]).toEqual([
      'Pains and ideas: empty, Enter to add',
      'Measures: empty, Enter to add',
    ])
    show({ kind: 'set', id: 'p3', fields: { title: 'Unpack' } })
    expect(label('[data-item=q]')).toContain('from Look to Unpack')
  })

  it('shows other people, but not the user’s own windows', () => {
    const { container } = map()
    const at = { sel: ['a'], edit: null, cur: { step: 'p1', lane: 'l1', dx: 0.5, dy: 0.5 }, view: null }
    const [mine, hers] = [
      { ...at, c: 'c_1', member: testEditor.editor.me.member, name: 'Me' },
      { ...at, c: 'c_2', member: 'other', name: 'Dana' },
    ]
    act(() => testEditor.editor.peers.set(new Map([mine, hers].map((peer) => [peer.c, peer]))))
    expect([...container.querySelectorAll('.peers-layer b')].map((element) => element.textContent)).toEqual([
      'Dana',
      'Dana',
    ])
  })

  it('pastes a table as one line into a new text', () => {
    map()
    act(() => startNew(testEditor.editor, { row: 'l1', step: 'p1', item: null }))
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'Look\tBuy\nTry' } })
    expect(testEditor.editor.state.inlineEdit.get()?.draft).toBe('Look Buy Try')
  })

  it('continues text typed before the input was rendered', () => {
    map()
    act(() =>
      testEditor.editor.state.inlineEdit.set({
        id: 'a',
        type: 'touchpoint',
        field: 'title',
        draft: 'Wi',
        cursor: { row: 'l1', step: 'p1', item: 'a' },
      }),
    )
    const box = screen.getByRole<HTMLTextAreaElement>('textbox')
    expect([box.selectionStart, box.selectionEnd]).toEqual([2, 2])
  })

  it('redraws the curve when an emotion changes, and labels its points by step', () => {
    const { container } = map()
    const curve = () => container.querySelectorAll('.map-line').length
    expect(curve()).toBe(0)
    show({ kind: 'set', id: 'c', fields: { emotion: 2 } }, { kind: 'set', id: 'p2', fields: { title: 'Pay' } })
    expect(curve()).toBe(1)
    expect(screen.getByRole('slider', { name: 'Pay: emotion' }).getAttribute('aria-valuetext')).toBe('Delighted')
  })

  it('shows a hand-off between two directors as soon as it is signed', () => {
    const { container } = map()
    const marks = () => [...container.querySelectorAll('path.handoff')].map((mark) => mark.classList.item(1))
    expect(marks()).toEqual([])
    const directorship = (id: string, stage: string, person: string) =>
      record('directorship', id, { stage, person, accepted_at: 'then', ended_at: null })
    show(
      { kind: 'add', item: directorship('d1', 's1', 'ann') },
      { kind: 'add', item: directorship('d2', 's2', 'bob') },
      { kind: 'add', item: record('handoff', 'h', { from_stage: 's1', to_stage: 's2', revision: 1 }) },
    )
    expect(marks()).toEqual(['handoff-unsigned', 'handoff-unsigned']) // on the thread and between the brackets
    const sign = (id: string, by: string): Patch => ({
      kind: 'add',
      item: record('handoff_signature', id, { handoff: 'h', directorship: by, revision: 1 }),
    })
    show(sign('x1', 'd1'), sign('x2', 'd2'))
    expect(marks()).toEqual(['handoff-agreed', 'handoff-agreed'])
    expect(screen.getByRole('button', { name: /Director of Use.*signed by both/ })).toBeTruthy()
  })
})
