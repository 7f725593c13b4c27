/** What goes on the clipboard, and what comes from it: from here, from a spreadsheet, from anywhere. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cellKey } from '../model/records'
import { SHOP, record } from '../store/testing/records'
import type { Command } from './command'
import { MOST, copied, duplicate, paste, readText } from './copy'
import { COMMANDS } from './index'
import { type Bench, bench } from './testing/editor'

let b: Bench

beforeEach(async () => void (b = await bench([...SHOP, record('lane', 'l3', { kind: 'department', department: 'care', position: 'n2' })])))
afterEach(() => vi.unstubAllGlobals())

const named = (id: string) => COMMANDS.find((command) => command.id === id) as Command
const titles = (step: string, lane = 'l1') => b.editor.store.inCell(cellKey('touchpoint', step, lane)).map((id) => b.editor.store.get(id)?.fields['title'])
const labels = () => b.editor.session.history.undoable.get().map((done) => done.label)
const told = () => b.prompts.toast.mock.calls.map(([text]) => text)

describe('copying', () => {
  it('is nothing where nothing can be copied', () => {
    b.editor.view.select('s1', 'gone')
    expect([copied(b.editor), named('copy').canRun(b.editor), duplicate.canRun(b.editor)]).toEqual([null, false, false])
  })

  it('is a table for spreadsheets: lanes are rows, steps are columns', () => {
    b.editor.session.do('Moved', [{ op: 'move', type: 'touchpoint', id: 'd', place: { step: 'p3', lane: 'l3' } }])
    b.editor.view.select('d', 'b', 'a')
    expect(copied(b.editor)?.text).toBe('Window / Shelf\t\t\n\t\tBox')
  })

  it('brings the same cards again, with all that is said of them', async () => {
    b.editor.view.select('a', 'c')
    const { json = '', text = '' } = copied(b.editor) ?? {}
    b.at('l3', 'p2')
    paste(b.editor, json, text)
    await b.settled()
    expect([titles('p2', 'l3'), titles('p3', 'l3'), labels()]).toEqual([['Window'], ['Till'], ['Pasted 2 cards']])
    const id = b.editor.store.inCell(cellKey('touchpoint', 'p2', 'l3'))[0]
    expect(b.server.records.get(String(id))?.fields).toMatchObject({ title: 'Window', notes: 'Warm light', emotion: 1 })
    expect(b.editor.view.selection.get().has(String(id))).toBe(true)
  })

  it('of notes goes to the step alone', async () => {
    b.editor.view.select('n')
    b.at('notes', 'p3')
    b.editor.view.select('n')
    paste(b.editor, copied(b.editor)?.json ?? '', '')
    await b.settled()
    expect(b.editor.store.inCell(cellKey('note', 'p3'))).toHaveLength(1)
  })

  it('once more, each right after its own', async () => {
    b.editor.view.select('a', 'n')
    b.run(duplicate)
    await b.settled()
    expect([titles('p1'), b.editor.store.inCell(cellKey('note', 'p1')).length, labels()]).toEqual([['Window', 'Window', 'Shelf'], 2, ['Duplicated 2']])
  })
})

describe('pasting text', () => {
  it('fills cells from a spreadsheet, and says what fell outside', async () => {
    b.at('l1', 'p2', 'c')
    paste(b.editor, '', 'One\tTwo\tThree\r\nFour\t\tFive\n')
    await b.settled()
    expect([titles('p2'), titles('p3'), titles('p2', 'l3')]).toEqual([['Till', 'One'], ['Box', 'Two'], ['Four']])
    expect(told()).toEqual(['2 cards fell outside of the map and were left out.'])
  })

  it('keeps a quoted cell whole, and gives it out quoted', async () => {
    b.at('l1', 'p2', 'c')
    paste(b.editor, '', '"Calls the\nhotline"\t"She says ""hello"" twice"')
    await b.settled()
    expect([titles('p2').at(-1), titles('p3').at(-1), told()]).toEqual(['Calls the hotline', 'She says "hello" twice', []])
    expect(copied(b.editor)?.text).toBe('Calls the hotline\t"She says ""hello"" twice"')
  })

  it('makes plain lines cards of one cell, and pains in the row of notes', async () => {
    b.at('l1', 'p3')
    paste(b.editor, '', 'One\n\nTwo')
    b.at('notes', 'p3')
    paste(b.editor, '', 'Hurts')
    await b.settled()
    expect(titles('p3')).toEqual(['Box', 'One', 'Two'])
    expect(b.server.records.get(String(b.editor.store.inCell(cellKey('note', 'p3'))[0]))?.fields).toMatchObject({ title: 'Hurts', kind: 'pain' })
  })

  it('takes any text for text: no controls, no turned direction, not too long, no quotes of the spreadsheet', () => {
    const title = (text: string) => readText(text, 'touchpoint')[0]?.fields['title']
    expect(title('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>')
    expect(title('a\u0000b\u202ec')).toBe('a b c')
    expect(title('"Quoted"')).toBe('Quoted')
    expect([...String(title('😀'.repeat(900)))]).toHaveLength(500)
    expect(readText(' \n\t\n', 'touchpoint')).toEqual([])
  })

  it.each(['[1]', '[{"type":"stage","column":0,"lane":0,"fields":{"title":"x"}}]', '{}', '[null]', '[{"type":"touchpoint","column":0.5,"lane":0,"fields":{"title":"x"}}]', '[{"type":"touchpoint","column":0,"lane":0}]'])('does not take foreign data for ours: %s', async (json) => {
    b.at('l1', 'p3')
    paste(b.editor, json, 'Plain')
    await b.settled()
    expect(titles('p3')).toEqual(['Box', 'Plain'])
  })

  it('is refused where it is too much', () => {
    b.at('l1', 'p1')
    paste(b.editor, '', 'x'.repeat(1_000_001))
    paste(b.editor, '', 'x\n'.repeat(MOST + 1))
    paste(b.editor, '', `${'🔔'.repeat(500)}\n`.repeat(200))
    expect([told().length, told()[0], labels()]).toEqual([3, `This is too much to paste at once: ${MOST} cards, or 250 KB of text, are the most. Paste it in parts.`, []])
  })

  it('needs a cell, a lane, and the right to draw; and something', () => {
    paste(b.editor, '', 'x')
    expect(b.prompts.announce).toHaveBeenCalledWith('Choose a cell first: what is pasted goes there.', true)
    b.at('l1', 'gone')
    paste(b.editor, '', '')
    b.editor.view.mode.set('read')
    paste(b.editor, '', 'x')
    expect([labels(), told()]).toEqual([[], []])
  })

  it('says where there is no place for it', async () => {
    b = await bench(SHOP.filter((item) => item.type === 'stage' || item.type === 'step'))
    b.at('steps', 'p1', 'p1')
    paste(b.editor, '', 'x')
    expect(told()).toEqual(['There is no step or lane for this here. Make one first.'])
  })
})

describe('by the menu', () => {
  it('copy and cut are the browser’s own', () => {
    b.editor.view.select('a')
    const exec = vi.fn()
    Object.assign(document, { execCommand: exec })
    b.run(named('copy'))
    b.run(named('cut'))
    expect(exec.mock.calls).toEqual([['copy'], ['cut']])
  })

  it('paste asks the browser for the clipboard, which may say no', async () => {
    const readText = vi.fn<() => Promise<string>>().mockResolvedValueOnce('Menu').mockRejectedValueOnce(new DOMException('no'))
    vi.stubGlobal('navigator', { ...navigator, clipboard: { readText } })
    expect(named('paste').canRun(b.editor)).toBe(false)
    b.at('l1', 'p3')
    b.run(named('paste'))
    await vi.waitFor(() => expect(titles('p3')).toEqual(['Box', 'Menu']))
    b.run(named('paste'))
    await vi.waitFor(() => expect(told()[0]).toContain('does not let the page read the clipboard'))
  })
})
