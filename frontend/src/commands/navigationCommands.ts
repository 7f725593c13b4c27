import { gettext } from '../lib/i18n'
import { flipForRtl } from '../lib/direction'
import type { Cursor } from '../store/editorState'
import type { Command, Editor } from './command'
import { moveByStage, cursorAt, visibleRows, firstCursor, moveCursor } from './gridNavigation'

type Destination = (editor: Editor, cursor: Cursor) => Cursor | null

/**
 * Return a command that moves the cursor (or places it, if there is none) and its variant that extends the selection.
 */
function goCommands(
  id: string,
  name: string,
  keys: readonly string[],
  destination: Destination,
  fallback: (editor: Editor) => Cursor | null = firstCursor,
): Command[] {
  const run = (editor: Editor, extend: boolean) => {
    const cursor = editor.state.cursor.get()
    const next = cursor ? destination(editor, cursor) : fallback(editor)
    if (next) editor.state.placeCursor(next, extend)
  }
  const base = { group: 'Navigate' as const, canRun: () => true }
  return [
    { ...base, id: `go.${id}`, name, keys, run: (editor) => run(editor, false) },
    {
      ...base,
      id: `extend.${id}`,
      name: gettext('{command}, extending the selection', { command: name }),
      keys: keys.map((key) => key.replace(/^(Mod\+)?/, '$1Shift+')),
      run: (editor) => run(editor, true),
    },
  ]
}

function rowEnd(editor: Editor, cursor: Cursor, which: 'first' | 'last'): Cursor | null {
  const { columns } = editor.outline.get()
  const column = which === 'first' ? columns[0] : columns.at(-1)
  return column ? cursorAt(editor, cursor.row, column.step) : null
}

function mapCorner(editor: Editor, which: 'first' | 'last'): Cursor | null {
  const rows = visibleRows(editor)
  const row = which === 'first' ? rows[0] : rows.at(-1)
  return row ? rowEnd(editor, { row, step: '', item: null }, which) : null
}

const firstCell = (editor: Editor) => mapCorner(editor, 'first')
const lastCell = (editor: Editor) => mapCorner(editor, 'last')

export const navigationCommands: readonly Command[] = [
  ...goCommands('left', gettext('Left'), ['ArrowLeft'], (editor, cursor) =>
    moveCursor(editor, cursor, flipForRtl(-1), 0),
  ),
  ...goCommands('right', gettext('Right'), ['ArrowRight'], (editor, cursor) =>
    moveCursor(editor, cursor, flipForRtl(1), 0),
  ),
  ...goCommands('up', gettext('Up'), ['ArrowUp'], (editor, cursor) => moveCursor(editor, cursor, 0, -1)),
  ...goCommands('down', gettext('Down'), ['ArrowDown'], (editor, cursor) => moveCursor(editor, cursor, 0, 1)),
  ...goCommands('first', gettext('First step of the row'), ['Home'], (editor, cursor) =>
    rowEnd(editor, cursor, 'first'),
  ),
  ...goCommands('last', gettext('Last step of the row'), ['End'], (editor, cursor) => rowEnd(editor, cursor, 'last')),
  ...goCommands('start', gettext('First cell of the map'), ['Mod+Home'], firstCell, firstCell),
  ...goCommands('end', gettext('Last cell of the map'), ['Mod+End'], lastCell, lastCell),
  ...goCommands('stage.before', gettext('Previous stage'), ['PageUp'], (editor, cursor) =>
    moveByStage(editor, cursor, -1),
  ),
  ...goCommands('stage.after', gettext('Next stage'), ['PageDown'], (editor, cursor) => moveByStage(editor, cursor, 1)),
]
