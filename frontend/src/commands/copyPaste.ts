/**
 * Copy and paste. The clipboard receives our own JSON (to paste the same cards again) and tab-separated text with a row
 * per lane and a column per step (for spreadsheets). Pasted content may come from anywhere and is only ever treated as
 * text.
 */
import { gettext, ngettext } from '../lib/i18n'
import { parseTable, writeTable } from '../lib/spreadsheet'
import { uuid7 } from '../lib/ids'
import type { Fields, Id, Item } from '../model/records'
import type { OpDraft } from '../store/planPatches'
import type { Cursor } from '../store/editorState'
import type { Command, Editor } from './command'
import { inJourneyOrder } from './moveCommands'
import { isLane, visibleRows } from './gridNavigation'

export const CLIPBOARD_TYPE = 'application/x-cxmap+json'
export const MAX_GESTURE_OPS = 500 // records per gesture: the server's limit
const MAX_TITLE_LENGTH = 500 // characters
const MAX_PASTE_LENGTH = 1_000_000 // characters
const MAX_GESTURE_BYTES = 250_000 // of one gesture's ops; the server accepts 262,144 including the envelope
const COPIED_FIELDS = [
  'title',
  'notes',
  'channel',
  'emotion',
  'emotion_label',
  'intensity',
  'kano',
  'is_moment_of_truth',
  'evidence',
  'quote',
  'kind',
  'unit',
  'value',
  'target',
  'better',
  'trend',
]

interface CopiedCard {
  readonly type: string
  readonly column: number // from the leftmost step copied
  readonly lane: number // from the topmost lane copied
  readonly fields: Fields
}

/** Return what to put on the clipboard, or null if nothing selected can be copied. */
export function clipboardPayload(editor: Editor): { json: string; text: string } | null {
  const items = inJourneyOrder(editor, copyableItems(editor))
  if (!items.length) return null
  const positions = items.map((item) => positionOf(editor, item))
  const [left, top] = [
    Math.min(...positions.map((spot) => spot.column)),
    Math.min(...positions.map((spot) => spot.lane)),
  ]
  const cards = items.map((item, at): CopiedCard => ({
    type: item.type,
    column: (positions[at]?.column ?? 0) - left,
    lane: (positions[at]?.lane ?? 0) - top,
    fields: copyFields(item),
  }))
  return { json: JSON.stringify(cards), text: tableText(cards) }
}

/** Return the fields that a copy keeps: all except its position. */
export function copyFields({ fields }: Item): Fields {
  return Object.fromEntries(COPIED_FIELDS.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])))
}

function copyableItems({ store, state }: Editor): Item[] {
  const items = [...state.selection.get()].map((id) => store.get(id)).filter((item) => item !== undefined)
  return items.filter((item) => ['touchpoint', 'note', 'measure'].includes(item.type))
}

function positionOf(editor: Editor, item: Item): { column: number; lane: number } {
  const lanes = visibleRows(editor).filter((row) => isLane(editor, row))
  return {
    column: editor.outline.get().columns.findIndex((column) => column.step === item.fields['step']),
    lane: Math.max(0, lanes.indexOf(String(item.fields['lane']))),
  }
}

function tableText(cards: readonly CopiedCard[]): string {
  const rows: string[][] = []
  for (const { lane, column, fields } of cards) {
    const row = (rows[lane] ??= [])
    const title = String(fields['title'])
    row[column] = row[column] ? `${row[column]} / ${title}` : title
  }
  const width = Math.max(...rows.map((row) => row?.length ?? 0))
  return writeTable(Array.from(rows, (row) => Array.from({ length: width }, (_, at) => row?.[at] ?? '')))
}

/** Paste at the cursor. Tell the user what cannot be pasted, and why. */
export function paste(editor: Editor, json: string, text: string): void {
  const at = editor.state.cursor.get()
  if (!at || !editor.state.mayDraw) return editor.ui.announce(gettext('Select a cell to paste into first.'), true)
  if (json.length + text.length > MAX_PASTE_LENGTH) return refuseTooLarge(editor)
  const cards = parseJson(json) ?? parseText(text, at.row === 'notes' ? 'note' : 'touchpoint')
  if (!cards.length) return
  if (cards.length > MAX_GESTURE_OPS) return refuseTooLarge(editor)
  const ops = pasteOps(editor, at, cards)
  if (!ops.length) return editor.ui.toast(gettext('There is no step or lane to paste into here. Add one first.'))
  if (new TextEncoder().encode(JSON.stringify(ops)).length > MAX_GESTURE_BYTES) return refuseTooLarge(editor)
  if (editor.session.apply(ngettext('Pasted {n} card', 'Pasted {n} cards', ops.length), ops) === null) return
  editor.state.select(...ops.map((op) => op.id))
  const left = cards.length - ops.length
  if (left)
    editor.ui.toast(
      ngettext(
        '{n} card was not pasted because it would be outside the map.',
        '{n} cards were not pasted because they would be outside the map.',
        left,
      ),
    )
}

function refuseTooLarge(editor: Editor): void {
  editor.ui.toast(
    gettext(
      'This is too much to paste at once. The limit is {cards} cards or {kilobytes} KB of text. Paste it in parts.',
      { cards: MAX_GESTURE_OPS, kilobytes: MAX_GESTURE_BYTES / 1000 },
    ),
  )
}

function parseJson(json: string): CopiedCard[] | null {
  try {
    const parsed: unknown = JSON.parse(json)
    return Array.isArray(parsed) && parsed.every(isCopiedCard) ? parsed : null
  } catch {
    return null
  }
}

function isCopiedCard(value: unknown): value is CopiedCard {
  const card = value as CopiedCard
  return (
    typeof card === 'object' &&
    card !== null &&
    ['touchpoint', 'note', 'measure'].includes(card.type) &&
    Number.isInteger(card.column) &&
    Number.isInteger(card.lane) &&
    typeof card.fields?.['title'] === 'string'
  )
}

/** Parse rows and columns of a spreadsheet. Plain lines become cards of one cell. */
export function parseText(text: string, type: string): CopiedCard[] {
  const lines = parseTable(text)
  const isTable = lines.some((cells) => cells.length > 1)
  return lines.flatMap((cells, line) =>
    cells.flatMap((cell, column): CopiedCard[] => {
      const title = cleanTitle(cell)
      const fields = type === 'note' ? { title, kind: 'pain' } : { title }
      return title ? [{ type, column, lane: isTable ? line : 0, fields }] : []
    }),
  )
}

/** Turn any text into a title: one line, without control characters, cut to the maximum length. */
function cleanTitle(text: string): string {
  const plain = text
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return [...plain].slice(0, MAX_TITLE_LENGTH).join('').trim()
}

function pasteOps(editor: Editor, cursor: Cursor, cards: readonly CopiedCard[]): OpDraft[] {
  const { columns } = editor.outline.get()
  const lanes = visibleRows(editor).filter((row) => isLane(editor, row))
  const left = columns.findIndex((column) => column.step === cursor.step)
  const top = Math.max(0, lanes.indexOf(cursor.row))
  return cards.flatMap(({ type, column, lane, fields }): OpDraft[] => {
    const [step, row] = [columns[left + column]?.step, lanes[top + lane]]
    if (!step || (type === 'touchpoint' && !row)) return []
    const place: Record<string, Id> = type === 'touchpoint' ? { step, lane: row as Id } : { step }
    return [{ op: 'add', type, id: uuid7(), fields, place }]
  })
}

export function duplicateLabel(n: number): string {
  return ngettext('Duplicated {n} card', 'Duplicated {n} cards', n)
}

/** Duplicates the selected cards, each directly after its original. */
export const duplicateCommand: Command = {
  id: 'duplicate',
  name: gettext('Duplicate'),
  group: 'Clipboard',
  keys: ['Mod+D'],
  icon: 'copy',
  on: ['card'],
  needsDrawRight: true,
  canRun: (editor) => copyableItems(editor).length > 0,
  run(editor) {
    const items = copyableItems(editor).slice(0, MAX_GESTURE_OPS)
    const ops = items.map((item): OpDraft => {
      const { type, fields } = item
      const place: Record<string, Id> =
        type === 'touchpoint'
          ? { step: String(fields['step']), lane: String(fields['lane']) }
          : { step: String(fields['step']) }
      return { op: 'add', type, id: uuid7(), fields: copyFields(item), place: { ...place, after: item.id } }
    })
    if (editor.session.apply(duplicateLabel(ops.length), ops) === null) return
    editor.state.select(...ops.map((op) => op.id))
  },
}

/** A command that triggers the browser's own copy or cut, which alone may write the clipboard (see ui/clipboard.ts). */
function nativeCommand(id: 'copy' | 'cut', name: string, key: string, icon: string, needsDrawRight: boolean): Command {
  return {
    id,
    name,
    group: 'Clipboard',
    keys: [key],
    icon,
    on: ['card'],
    needsDrawRight,
    canRun: (editor) => copyableItems(editor).length > 0,
    run: () => void document.execCommand(id),
  }
}

const pasteCommand: Command = {
  id: 'paste',
  name: gettext('Paste'),
  group: 'Clipboard',
  keys: ['Mod+V'],
  icon: 'clipboard-paste',
  on: ['cell', 'card'],
  needsDrawRight: true,
  canRun: ({ state }) => state.cursor.get() !== null,
  run(editor) {
    navigator.clipboard.readText().then(
      (text) => paste(editor, '', text),
      () =>
        editor.ui.toast(
          gettext('The browser doesn’t let pages read the clipboard. Use the keyboard shortcut for Paste instead.'),
        ),
    )
  },
}

export const clipboardCommands: readonly Command[] = [
  nativeCommand('copy', gettext('Copy'), 'Mod+C', 'copy', false),
  nativeCommand('cut', gettext('Cut'), 'Mod+X', 'scissors', true),
  pasteCommand,
  duplicateCommand,
]
