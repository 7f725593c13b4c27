/** Copying to and pasting from the clipboard: our own cards, spreadsheets, any text. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../lib/testing/eventually'
import { cellKey } from '../model/records'
import { SHOP, record } from '../store/testing/records'
import type { Command } from './command'
import { MAX_GESTURE_OPS, clipboardPayload, duplicateCommand, paste, parseText } from './copyPaste'
import { COMMANDS } from './index'
import { type TestEditor, createTestEditor } from './testing/testEditor'

let testEditor: TestEditor

beforeEach(
  async () =>
    void (testEditor = await createTestEditor([
      ...SHOP,
      record('lane', 'l3', { kind: 'department', department: 'care', position: 'n2' }),
    ])),
)
afterEach(() => vi.unstubAllGlobals())

const named = (id: string) => COMMANDS.find((command) => command.id === id) as Command
const titles = (step: string, lane = 'l1') =>
  testEditor.editor.store
    .inCell(cellKey('touchpoint', step, lane))
    .map((id) => testEditor.editor.store.get(id)?.fields['title'])
const labels = () => testEditor.editor.session.history.undoable.get().map((done) => done.label)
const toasts = () => testEditor.ui.toast.mock.calls.map(([text]) => text)

describe('copying', () => {
  it('returns null if nothing selected can be copied', () => {
    testEditor.editor.state.select('s1', 'gone')
    expect([
      clipboardPayload(testEditor.editor),
      named('copy').canRun(testEditor.editor),
      duplicateCommand.canRun(testEditor.editor),
    ]).toEqual([null, false, false])
  })

  it('writes a table for spreadsheets: a row per lane, a column per step', () => {
    testEditor.editor.session.apply('Moved', [
      { op: 'move', type: 'touchpoint', id: 'd', place: { step: 'p3', lane: 'l3' } },
    ])
    testEditor.editor.state.select('d', 'b', 'a')
    expect(clipboardPayload(testEditor.editor)?.text).toBe('Window / Shelf\t\t\n\t\tBox')
  })

  it('copies cards with all their content', async () => {
    testEditor.editor.state.select('a', 'c')
    const { json = '', text = '' } = clipboardPayload(testEditor.editor) ?? {}
    testEditor.at('l3', 'p2')
    paste(testEditor.editor, json, text)
    await testEditor.settled()
    expect([titles('p2', 'l3'), titles('p3', 'l3'), labels()]).toEqual([['Window'], ['Till'], ['Pasted 2 cards']])
    const id = testEditor.editor.store.inCell(cellKey('touchpoint', 'p2', 'l3'))[0]
    expect(testEditor.server.records.get(String(id))?.fields).toMatchObject({
      title: 'Window',
      notes: 'Warm light',
      emotion: 1,
    })
    expect(testEditor.editor.state.selection.get().has(String(id))).toBe(true)
  })

  it('pastes notes by step only', async () => {
    testEditor.editor.state.select('n')
    testEditor.at('notes', 'p3')
    testEditor.editor.state.select('n')
    paste(testEditor.editor, clipboardPayload(testEditor.editor)?.json ?? '', '')
    await testEditor.settled()
    expect(testEditor.editor.store.inCell(cellKey('note', 'p3'))).toHaveLength(1)
  })

  it('duplicates each card directly after its original', async () => {
    testEditor.editor.state.select('a', 'n')
    testEditor.run(duplicateCommand)
    await testEditor.settled()
    expect([titles('p1'), testEditor.editor.store.inCell(cellKey('note', 'p1')).length, labels()]).toEqual([
      ['Window', 'Window', 'Shelf'],
      2,
      ['Duplicated 2 cards'],
    ])
  })
})

describe('pasting text', () => {
  it('fills cells from a spreadsheet and reports what was outside the map', async () => {
    testEditor.at('l1', 'p2', 'c')
    paste(testEditor.editor, '', 'One\tTwo\tThree\r\nFour\t\tFive\n')
    await testEditor.settled()
    expect([titles('p2'), titles('p3'), titles('p2', 'l3')]).toEqual([['Till', 'One'], ['Box', 'Two'], ['Four']])
    expect(toasts()).toEqual(['2 cards were not pasted because they would be outside the map.'])
  })

  it('keeps a quoted cell whole and quotes it when copying', async () => {
    testEditor.at('l1', 'p2', 'c')
    paste(testEditor.editor, '', '"Calls the\nhotline"\t"She says ""hello"" twice"')
    await testEditor.settled()
    expect([titles('p2').at(-1), titles('p3').at(-1), toasts()]).toEqual([
      'Calls the hotline',
      'She says "hello" twice',
      [],
    ])
    expect(clipboardPayload(testEditor.editor)?.text).toBe('Calls the hotline\t"She says ""hello"" twice"')
  })

  it('pastes plain lines as cards of one cell, and as pains in the notes row', async () => {
    testEditor.at('l1', 'p3')
    paste(testEditor.editor, '', 'One\n\nTwo')
    testEditor.at('notes', 'p3')
    paste(testEditor.editor, '', 'Hurts')
    await testEditor.settled()
    expect(titles('p3')).toEqual(['Box', 'One', 'Two'])
    expect(
      testEditor.server.records.get(String(testEditor.editor.store.inCell(cellKey('note', 'p3'))[0]))?.fields,
    ).toMatchObject({ title: 'Hurts', kind: 'pain' })
  })

  it('sanitizes any text: no control characters, direction overrides, excess length or formula quotes', () => {
    const title = (text: string) => parseText(text, 'touchpoint')[0]?.fields['title']
    expect(title('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>')
    expect(title('a\u0000b\u202ec')).toBe('a b c')
    expect(title('"Quoted"')).toBe('Quoted')
    expect([...String(title('😀'.repeat(900)))]).toHaveLength(500)
    expect(parseText(' \n\t\n', 'touchpoint')).toEqual([])
  })

  it.each([
    '[1]',
    '[{"type":"stage","column":0,"lane":0,"fields":{"title":"x"}}]',
    '{}',
    '[null]',
    '[{"type":"touchpoint","column":0.5,"lane":0,"fields":{"title":"x"}}]',
    '[{"type":"touchpoint","column":0,"lane":0}]',
  ])('does not take foreign data for ours: %s', async (json) => {
    testEditor.at('l1', 'p3')
    paste(testEditor.editor, json, 'Plain')
    await testEditor.settled()
    expect(titles('p3')).toEqual(['Box', 'Plain'])
  })

  it('rejects content that is too large', () => {
    testEditor.at('l1', 'p1')
    paste(testEditor.editor, '', 'x'.repeat(1_000_001))
    paste(testEditor.editor, '', 'x\n'.repeat(MAX_GESTURE_OPS + 1))
    paste(testEditor.editor, '', `${'🔔'.repeat(500)}\n`.repeat(200))
    expect([toasts().length, toasts()[0], labels()]).toEqual([
      3,
      `This is too much to paste at once. The limit is ${MAX_GESTURE_OPS} cards or 250 KB of text. Paste it in parts.`,
      [],
    ])
  })

  it('needs a cell, a lane, the right to draw, and content', () => {
    paste(testEditor.editor, '', 'x')
    expect(testEditor.ui.announce).toHaveBeenCalledWith('Select a cell to paste into first.', true)
    testEditor.at('l1', 'gone')
    paste(testEditor.editor, '', '')
    testEditor.editor.state.mode.set('read')
    paste(testEditor.editor, '', 'x')
    expect([labels(), toasts()]).toEqual([[], []])
  })

  it('shows an error if there is no place for it', async () => {
    testEditor = await createTestEditor(SHOP.filter((item) => item.type === 'stage' || item.type === 'step'))
    testEditor.at('steps', 'p1', 'p1')
    paste(testEditor.editor, '', 'x')
    expect(toasts()).toEqual(['There is no step or lane to paste into here. Add one first.'])
  })
})

describe('from the menu', () => {
  it('copy and cut use the browser’s own commands', () => {
    testEditor.editor.state.select('a')
    const exec = vi.fn()
    Object.assign(document, { execCommand: exec })
    testEditor.run(named('copy'))
    testEditor.run(named('cut'))
    expect(exec.mock.calls).toEqual([['copy'], ['cut']])
  })

  it('paste reads the browser clipboard, which may be denied', async () => {
    const readText = vi
      .fn<() => Promise<string>>()
      .mockResolvedValueOnce('Menu')
      .mockRejectedValueOnce(new DOMException('no'))
    vi.stubGlobal('navigator', { ...navigator, clipboard: { readText } })
    expect(named('paste').canRun(testEditor.editor)).toBe(false)
    testEditor.at('l1', 'p3')
    testEditor.run(named('paste'))
    await eventually(() => expect(titles('p3')).toEqual(['Box', 'Menu']))
    testEditor.run(named('paste'))
    await eventually(() => expect(toasts()[0]).toContain('doesn’t let pages read the clipboard'))
  })
})
