import { along } from '../lib/direction'
import type { Cursor } from '../store/view'
import type { Command, Editor } from './command'
import { byStage, enter, rowsOf, start, stepped } from './walk'

type Go = (editor: Editor, cursor: Cursor) => Cursor | null

/** A command that moves the cursor, or where there is none yet begins; with Shift the selection grows along. */
function go(id: string, name: string, keys: readonly string[], where: Go, begin: (editor: Editor) => Cursor | null = start): Command[] {
  const run = (editor: Editor, extend: boolean) => {
    const cursor = editor.view.cursor.get()
    const next = cursor ? where(editor, cursor) : begin(editor)
    if (next) editor.view.go(next, extend)
  }
  const base = { group: 'Go' as const, canRun: () => true }
  return [
    { ...base, id: `go.${id}`, name, keys, run: (editor) => run(editor, false) },
    { ...base, id: `extend.${id}`, name: `${name}, selecting`, keys: keys.map((key) => key.replace(/^(Mod\+)?/, '$1Shift+')), run: (editor) => run(editor, true) },
  ]
}

function edge(editor: Editor, cursor: Cursor, which: 'first' | 'last'): Cursor | null {
  const { columns } = editor.order.get()
  const column = which === 'first' ? columns[0] : columns.at(-1)
  return column ? enter(editor, cursor.row, column.step) : null
}

function corner(editor: Editor, which: 'first' | 'last'): Cursor | null {
  const rows = rowsOf(editor)
  const row = which === 'first' ? rows[0] : rows.at(-1)
  return row ? edge(editor, { row, step: '', item: null }, which) : null
}

const first = (editor: Editor) => corner(editor, 'first')
const last = (editor: Editor) => corner(editor, 'last')

export const navigate: readonly Command[] = [
  ...go('left', 'Left', ['ArrowLeft'], (editor, cursor) => stepped(editor, cursor, along(-1), 0)),
  ...go('right', 'Right', ['ArrowRight'], (editor, cursor) => stepped(editor, cursor, along(1), 0)),
  ...go('up', 'Up', ['ArrowUp'], (editor, cursor) => stepped(editor, cursor, 0, -1)),
  ...go('down', 'Down', ['ArrowDown'], (editor, cursor) => stepped(editor, cursor, 0, 1)),
  ...go('first', 'First step of the row', ['Home'], (editor, cursor) => edge(editor, cursor, 'first')),
  ...go('last', 'Last step of the row', ['End'], (editor, cursor) => edge(editor, cursor, 'last')),
  ...go('start', 'First cell of the map', ['Mod+Home'], first, first),
  ...go('end', 'Last cell of the map', ['Mod+End'], last, last),
  ...go('stage.before', 'Previous stage', ['PageUp'], (editor, cursor) => byStage(editor, cursor, -1)),
  ...go('stage.after', 'Next stage', ['PageDown'], (editor, cursor) => byStage(editor, cursor, 1)),
]
