/** Commands that change the view or open another page or dialog. */
import { gettext } from '../lib/i18n'
import { COLUMN_WIDTH, ROW_HEADER_WIDTH } from '../layout/sizes'
import { NO_FILTER, ZOOM_LEVELS } from '../store/editorState'
import type { Command, Editor } from './command'
import { stageAtCursor } from './inlineEdit'
import { targetLane } from './laneCommands'

const base = { group: 'View' as const, canRun: () => true }

function zoomTo(editor: Editor, zoom: number): void {
  const next = Math.max(Math.min(...ZOOM_LEVELS), Math.min(Math.max(...ZOOM_LEVELS), zoom))
  editor.state.zoom.set(next)
  editor.ui.announce(gettext('{percent}%', { percent: Math.round(next * 100) }))
}

/** Zoom so that this many columns fit into the frame. */
function fitColumns(editor: Editor, columns: number): void {
  const room = document.querySelector('[data-frame]')?.clientWidth ?? 1200
  zoomTo(editor, Math.min(1, room / (ROW_HEADER_WIDTH + Math.max(columns, 1) * COLUMN_WIDTH)))
}

function visitCommand(id: string, name: string, keys: readonly string[], icon: string, url: string): Command {
  return {
    ...base,
    id: `go.${id}`,
    name,
    group: 'Navigate',
    keys,
    icon,
    canRun: ({ urls }) => url in urls,
    run: ({ ui, urls }) => ui.visit(urls[url] ?? ''),
  }
}

function openCommand(
  id: string,
  name: string,
  keys: readonly string[],
  icon: string,
  dialog: Parameters<Editor['ui']['open']>[0],
): Command {
  return { ...base, id, name, keys, icon, run: ({ ui }) => ui.open(dialog) }
}

export const viewCommands: readonly Command[] = [
  openCommand('palette', gettext('Search or run a command'), ['Mod+K'], 'search', 'palette'),
  openCommand('help', gettext('Keyboard shortcuts'), ['?'], 'keyboard', 'help'),
  openCommand('filter', gettext('Filter'), ['F'], 'list-filter', 'filter'),
  openCommand('lanes', gettext('Rows and lanes'), [], 'rows-3', 'lanes'),
  {
    ...base,
    id: 'filter.clear',
    name: gettext('Clear filter'),
    icon: 'x',
    canRun: ({ state }) => state.filter.get() !== NO_FILTER,
    run: ({ state }) => state.filter.set(NO_FILTER),
  },
  {
    ...base,
    id: 'zoom.in',
    name: gettext('Zoom in'),
    keys: ['Mod++', 'Mod+='],
    icon: 'zoom-in',
    run: (editor) => zoomTo(editor, ZOOM_LEVELS.find((value) => value > editor.state.zoom.get() + 0.01) ?? 2),
  },
  {
    ...base,
    id: 'zoom.out',
    name: gettext('Zoom out'),
    keys: ['Mod+-'],
    icon: 'zoom-out',
    run: (editor) =>
      zoomTo(editor, [...ZOOM_LEVELS].reverse().find((value) => value < editor.state.zoom.get() - 0.01) ?? 0.5),
  },
  { ...base, id: 'zoom.reset', name: gettext('Zoom to 100%'), keys: ['Mod+0'], run: (editor) => zoomTo(editor, 1) },
  {
    ...base,
    id: 'zoom.fit',
    name: gettext('Fit map'),
    keys: ['Shift+1'],
    icon: 'maximize',
    run: (editor) => fitColumns(editor, editor.outline.get().columns.length),
  },
  {
    ...base,
    id: 'zoom.stage',
    name: gettext('Fit selection'),
    keys: ['Shift+2'],
    run: (editor) => fitColumns(editor, selectedColumnCount(editor)),
  },
  collapseCommand('collapse', gettext('Collapse lane'), '[', true),
  collapseCommand('expand', gettext('Expand lane'), ']', false),
  {
    ...base,
    id: 'inspector',
    name: gettext('Details'),
    icon: 'panel-right',
    on: ['card', 'step', 'stage'],
    canRun: ({ state }) => state.selection.get().size > 0,
    run: ({ state }) => state.panel.set('inspector'),
  },
  {
    ...base,
    id: 'history',
    name: gettext('History'),
    keys: ['Mod+Shift+H'],
    icon: 'history',
    run: ({ state }) => state.panel.set('history'),
  },
  {
    ...base,
    id: 'present',
    name: gettext('Present'),
    group: 'Share',
    keys: ['Mod+Shift+P'],
    icon: 'play',
    run: ({ ui }) => ui.open('present'),
  },
  {
    ...base,
    id: 'share',
    name: gettext('Share'),
    group: 'Share',
    keys: ['Mod+Shift+S'],
    icon: 'share-2',
    canRun: ({ urls, can }) => 'share' in urls && can.get().has('draw'),
    run: ({ ui, urls }) => ui.visit(urls['share'] ?? ''),
  },
  {
    ...base,
    id: 'theme',
    name: gettext('Switch theme: light, dark, system'),
    keys: ['Alt+Shift+D'],
    icon: 'moon',
    run() {
      const order = ['light', 'dark', 'system']
      const now = order.indexOf(document.documentElement.dataset['theme'] ?? 'system')
      document.querySelector<HTMLButtonElement>(`[data-theme-form] button[value="${order[(now + 1) % 3]}"]`)?.click()
    },
  },
  visitCommand('list', gettext('List view'), ['V'], 'list', 'list'),
  visitCommand('print', gettext('Print'), [], 'printer', 'print'),
  visitCommand('export', gettext('Export'), ['Mod+Shift+E'], 'download', 'export'),
  {
    ...base,
    id: 'director',
    name: gettext('Director…'),
    group: 'Edit',
    keys: ['O'],
    icon: 'scale',
    on: ['stage', 'step', 'card'],
    canRun: (editor) => stageAtCursor(editor, editor.state.cursor.get()) !== null,
    run: (editor) => editor.ui.open('person', stageAtCursor(editor, editor.state.cursor.get())),
  },
]

function selectedColumnCount({ state, store, outline }: Editor): number {
  const selected = [...state.selection.get()].map((id) => store.get(id)?.fields['step'] ?? id)
  const at = outline
    .get()
    .columns.filter(({ step, stage }) => selected.includes(step) || selected.includes(stage))
    .map((column) => column.number)
  return at.length ? Math.max(...at) - Math.min(...at) + 1 : outline.get().columns.length
}

function collapseCommand(id: string, name: string, key: string, collapse: boolean): Command {
  return {
    ...base,
    id: `lane.${id}`,
    name,
    keys: [key],
    on: ['lane'],
    canRun: (editor) => {
      const lane = targetLane(editor)
      return lane !== null && editor.state.rows.get().collapsed.includes(lane) !== collapse
    },
    run: (editor) => editor.state.toggleRow('collapsed', targetLane(editor) ?? ''),
  }
}
