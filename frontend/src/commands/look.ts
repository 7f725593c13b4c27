/** How the map is looked at, and where one goes from it. */
import { COLUMN, HEAD } from '../layout/sizes'
import { NO_FILTER, ZOOMS } from '../store/view'
import type { Command, Editor } from './command'
import { stageOf } from './edit_text'
import { laneAt } from './lanes'

const base = { group: 'Look' as const, canRun: () => true }

function zoomTo(editor: Editor, zoom: number): void {
  const next = Math.max(Math.min(...ZOOMS), Math.min(Math.max(...ZOOMS), zoom))
  editor.view.zoom.set(next)
  editor.prompts.announce(`${Math.round(next * 100)} %`)
}

/** Fit so many columns into the width of the frame. */
function fit(editor: Editor, columns: number): void {
  const room = document.querySelector('[data-frame]')?.clientWidth ?? 1200
  zoomTo(editor, Math.min(1, room / (HEAD + Math.max(columns, 1) * COLUMN)))
}

function visit(id: string, name: string, keys: readonly string[], icon: string, url: string): Command {
  return { ...base, id: `go.${id}`, name, group: 'Go', keys, icon, canRun: ({ urls }) => url in urls, run: ({ prompts, urls }) => prompts.visit(urls[url] ?? '') }
}

function open(id: string, name: string, keys: readonly string[], icon: string, dialog: Parameters<Editor['prompts']['open']>[0]): Command {
  return { ...base, id, name, keys, icon, run: ({ prompts }) => prompts.open(dialog) }
}

export const look: readonly Command[] = [
  open('palette', 'Find or do anything', ['Mod+K'], 'search', 'palette'),
  open('help', 'All keys', ['?'], 'keyboard', 'help'),
  open('filter', 'Filter', ['F'], 'list-filter', 'filter'),
  open('lanes', 'Rows and lanes', [], 'rows-3', 'lanes'),
  { ...base, id: 'filter.clear', name: 'Clear the filter', icon: 'x', canRun: ({ view }) => view.filter.get() !== NO_FILTER, run: ({ view }) => view.filter.set(NO_FILTER) },
  { ...base, id: 'zoom.in', name: 'Larger', keys: ['Mod++', 'Mod+='], icon: 'zoom-in', run: (editor) => zoomTo(editor, ZOOMS.find((one) => one > editor.view.zoom.get() + 0.01) ?? 2) },
  { ...base, id: 'zoom.out', name: 'Smaller', keys: ['Mod+-'], icon: 'zoom-out', run: (editor) => zoomTo(editor, [...ZOOMS].reverse().find((one) => one < editor.view.zoom.get() - 0.01) ?? 0.5) },
  { ...base, id: 'zoom.reset', name: 'Real size', keys: ['Mod+0'], run: (editor) => zoomTo(editor, 1) },
  { ...base, id: 'zoom.fit', name: 'Fit the map', keys: ['Shift+1'], icon: 'maximize', run: (editor) => fit(editor, editor.order.get().columns.length) },
  { ...base, id: 'zoom.stage', name: 'Fit the selection', keys: ['Shift+2'], run: (editor) => fit(editor, columnsSelected(editor)) },
  fold('collapse', 'Collapse the lane', '[', true),
  fold('expand', 'Expand the lane', ']', false),
  {
    ...base,
    id: 'inspector',
    name: 'Details',
    icon: 'panel-right',
    on: ['card', 'step', 'stage'],
    canRun: ({ view }) => view.selection.get().size > 0,
    run: ({ view }) => view.panel.set('inspector'),
  },
  { ...base, id: 'history', name: 'History', keys: ['Mod+Shift+H'], icon: 'history', run: ({ view }) => view.panel.set('history') },
  { ...base, id: 'present', name: 'Present', group: 'Share', keys: ['Mod+Shift+P'], icon: 'play', run: ({ prompts }) => prompts.open('present') },
  { ...base, id: 'share', name: 'Share', group: 'Share', keys: ['Mod+Shift+S'], icon: 'share-2', canRun: ({ urls, can }) => 'share' in urls && can.get().has('draw'), run: ({ prompts, urls }) => prompts.visit(urls['share'] ?? '') },
  {
    ...base,
    id: 'theme',
    name: 'Light, dark, or as the system',
    keys: ['Alt+Shift+D'],
    icon: 'moon',
    run() {
      const order = ['light', 'dark', 'system']
      const now = order.indexOf(document.documentElement.dataset['theme'] ?? 'system')
      document.querySelector<HTMLButtonElement>(`[data-theme-form] button[value="${order[(now + 1) % 3]}"]`)?.click()
    },
  },
  visit('list', 'List view', ['V'], 'list', 'list'),
  visit('print', 'Print', [], 'printer', 'print'),
  visit('export', 'Export', ['Mod+Shift+E'], 'download', 'export'),
  {
    ...base,
    id: 'director',
    name: 'Who answers for it',
    group: 'Change',
    keys: ['O'],
    icon: 'scale',
    on: ['stage', 'step', 'card'],
    canRun: (editor) => stageOf(editor, editor.view.cursor.get()) !== null,
    run: (editor) => editor.prompts.open('person', stageOf(editor, editor.view.cursor.get())),
  },
]

function columnsSelected({ view, store, order }: Editor): number {
  const chosen = [...view.selection.get()].map((id) => store.get(id)?.fields['step'] ?? id)
  const at = order.get().columns.filter(({ step, stage }) => chosen.includes(step) || chosen.includes(stage)).map((column) => column.number)
  return at.length ? Math.max(...at) - Math.min(...at) + 1 : order.get().columns.length
}

function fold(id: string, name: string, key: string, collapse: boolean): Command {
  return {
    ...base,
    id: `lane.${id}`,
    name,
    keys: [key],
    on: ['lane'],
    canRun: (editor) => {
      const lane = laneAt(editor)
      return lane !== null && editor.view.rows.get().collapsed.includes(lane) !== collapse
    },
    run: (editor) => editor.view.toggleRow('collapsed', laneAt(editor) ?? ''),
  }
}
