/**
 * Copying and pasting. On the clipboard go our own JSON (to paste the same cards again) and
 * tab-separated text, one row a lane and one column a step (to paste into a spreadsheet). What is
 * pasted may come from anywhere: it is read as text and nothing else.
 */
import { parseTable, writeTable } from '../lib/spreadsheet'
import { uuid7 } from '../lib/ids'
import type { Fields, Id, Item } from '../model/records'
import type { Intent } from '../store/plan'
import type { Cursor } from '../store/view'
import type { Command, Editor } from './command'
import { inOrder } from './move'
import { isLane, rowsOf } from './walk'

export const TYPE = 'application/x-cxmap+json'
export const MOST = 500 // records of one gesture; the server takes no more ops
const LONGEST = 500 // characters of a title
const LARGEST = 1_000_000 // characters that are looked at
const HEAVIEST = 250_000 // bytes of one gesture's ops; the server takes 262,144 with what goes around them
const COPIED = ['title', 'notes', 'channel', 'emotion', 'emotion_label', 'intensity', 'kano', 'is_moment_of_truth', 'evidence', 'quote', 'kind', 'unit', 'value', 'target', 'better', 'trend']

interface Copied {
  readonly type: string
  readonly column: number // from the leftmost step copied
  readonly lane: number // from the topmost lane copied
  readonly fields: Fields
}

/** What goes on the clipboard; null when nothing that can be copied is selected. */
export function copied(editor: Editor): { json: string; text: string } | null {
  const items = inOrder(editor, copyable(editor))
  if (!items.length) return null
  const spots = items.map((item) => spotOf(editor, item))
  const [left, top] = [Math.min(...spots.map((spot) => spot.column)), Math.min(...spots.map((spot) => spot.lane))]
  const cards = items.map((item, at): Copied => ({
    type: item.type,
    column: (spots[at]?.column ?? 0) - left,
    lane: (spots[at]?.lane ?? 0) - top,
    fields: fieldsCopied(item),
  }))
  return { json: JSON.stringify(cards), text: asTable(cards) }
}

/** What a copy takes over: everything but where it stands. */
export function fieldsCopied({ fields }: Item): Fields {
  return Object.fromEntries(COPIED.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])))
}

function copyable({ store, view }: Editor): Item[] {
  const items = [...view.selection.get()].map((id) => store.get(id)).filter((item) => item !== undefined)
  return items.filter((item) => ['touchpoint', 'note', 'measure'].includes(item.type))
}

function spotOf(editor: Editor, item: Item): { column: number; lane: number } {
  const lanes = rowsOf(editor).filter((row) => isLane(editor, row))
  return {
    column: editor.order.get().columns.findIndex((column) => column.step === item.fields['step']),
    lane: Math.max(0, lanes.indexOf(String(item.fields['lane']))),
  }
}

function asTable(cards: readonly Copied[]): string {
  const rows: string[][] = []
  for (const { lane, column, fields } of cards) {
    const row = (rows[lane] ??= [])
    const title = String(fields['title'])
    row[column] = row[column] ? `${row[column]} / ${title}` : title
  }
  const width = Math.max(...rows.map((row) => row?.length ?? 0))
  return writeTable(Array.from(rows, (row) => Array.from({ length: width }, (_, at) => row?.[at] ?? '')))
}

/** Paste what the clipboard holds at the cursor; says what cannot be pasted, and why. */
export function paste(editor: Editor, json: string, text: string): void {
  const at = editor.view.cursor.get()
  if (!at || !editor.view.mayDraw) return editor.prompts.announce('Choose a cell first: what is pasted goes there.', true)
  if (json.length + text.length > LARGEST) return tooMuch(editor)
  const cards = readJson(json) ?? readText(text, at.row === 'notes' ? 'note' : 'touchpoint')
  if (!cards.length) return
  if (cards.length > MOST) return tooMuch(editor)
  const intents = placed(editor, at, cards)
  if (!intents.length) return editor.prompts.toast('There is no step or lane for this here. Make one first.')
  if (new TextEncoder().encode(JSON.stringify(intents)).length > HEAVIEST) return tooMuch(editor)
  if (editor.session.do(`Pasted ${intents.length} cards`, intents) === null) return
  editor.view.select(...intents.map((intent) => intent.id))
  const left = cards.length - intents.length
  if (left) editor.prompts.toast(`${left} cards fell outside of the map and were left out.`)
}

function tooMuch(editor: Editor): void {
  editor.prompts.toast(`This is too much to paste at once: ${MOST} cards, or ${HEAVIEST / 1000} KB of text, are the most. Paste it in parts.`)
}

function readJson(json: string): Copied[] | null {
  try {
    const read: unknown = JSON.parse(json)
    return Array.isArray(read) && read.every(isCopied) ? read : null
  } catch {
    return null
  }
}

function isCopied(one: unknown): one is Copied {
  const card = one as Copied
  return typeof card === 'object' && card !== null && ['touchpoint', 'note', 'measure'].includes(card.type) &&
    Number.isInteger(card.column) && Number.isInteger(card.lane) && typeof card.fields?.['title'] === 'string'
}

/** Rows and columns of a spreadsheet; plain lines are cards of one cell, one below the other. */
export function readText(text: string, type: string): Copied[] {
  const lines = parseTable(text)
  const isTable = lines.some((cells) => cells.length > 1)
  return lines.flatMap((cells, line) =>
    cells.flatMap((cell, column): Copied[] => {
      const title = clean(cell)
      const fields = type === 'note' ? { title, kind: 'pain' } : { title }
      return title ? [{ type, column, lane: isTable ? line : 0, fields }] : []
    }),
  )
}

/** A title out of any text: one line, without controls, not longer than a title may be. */
function clean(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ').replace(/\s+/g, ' ').trim()
  return [...plain].slice(0, LONGEST).join('').trim()
}

function placed(editor: Editor, at: Cursor, cards: readonly Copied[]): Intent[] {
  const { columns } = editor.order.get()
  const lanes = rowsOf(editor).filter((row) => isLane(editor, row))
  const left = columns.findIndex((column) => column.step === at.step)
  const top = Math.max(0, lanes.indexOf(at.row))
  return cards.flatMap(({ type, column, lane, fields }): Intent[] => {
    const [step, row] = [columns[left + column]?.step, lanes[top + lane]]
    if (!step || (type === 'touchpoint' && !row)) return []
    const place: Record<string, Id> = type === 'touchpoint' ? { step, lane: row as Id } : { step }
    return [{ op: 'add', type, id: uuid7(), fields, place }]
  })
}

/** The same cards once more, each right after its own. */
export const duplicate: Command = {
  id: 'duplicate',
  name: 'Duplicate',
  group: 'Clipboard',
  keys: ['Mod+D'],
  icon: 'copy',
  on: ['card'],
  changes: true,
  canRun: (editor) => copyable(editor).length > 0,
  run(editor) {
    const items = copyable(editor).slice(0, MOST)
    const intents = items.map((item): Intent => {
      const { type, fields } = item
      const place: Record<string, Id> = type === 'touchpoint' ? { step: String(fields['step']), lane: String(fields['lane']) } : { step: String(fields['step']) }
      return { op: 'add', type, id: uuid7(), fields: fieldsCopied(item), place: { ...place, after: item.id } }
    })
    if (editor.session.do(`Duplicated ${intents.length}`, intents) === null) return
    editor.view.select(...intents.map((intent) => intent.id))
  },
}

/** The browser's own copy, cut and paste do the work (ui/clipboard.ts): only they may. */
function native(id: 'copy' | 'cut', name: string, key: string, icon: string, changes: boolean): Command {
  return {
    id,
    name,
    group: 'Clipboard',
    keys: [key],
    icon,
    on: ['card'],
    changes,
    canRun: (editor) => copyable(editor).length > 0,
    run: () => void document.execCommand(id),
  }
}

const pasteHere: Command = {
  id: 'paste',
  name: 'Paste',
  group: 'Clipboard',
  keys: ['Mod+V'],
  icon: 'clipboard-paste',
  on: ['cell', 'card'],
  changes: true,
  canRun: ({ view }) => view.cursor.get() !== null,
  run(editor) {
    navigator.clipboard.readText().then(
      (text) => paste(editor, '', text),
      () => editor.prompts.toast('The browser does not let the page read the clipboard. Press the keys for Paste instead.'),
    )
  },
}

export const clipboard: readonly Command[] = [native('copy', 'Copy', 'Mod+C', 'copy', false), native('cut', 'Cut', 'Mod+X', 'scissors', true), pasteHere, duplicate]

