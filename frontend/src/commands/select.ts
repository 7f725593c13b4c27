import { gettext, ngettext } from '../lib/i18n'
import { cellKey } from '../model/records'
import type { Command } from './command'
import { isLane } from './gridNavigation'

/** Select the whole lane at the cursor; if that is already selected, everything. */
export const selectAll: Command = {
  id: 'select.all',
  name: gettext('Select all'),
  group: 'Select',
  keys: ['Mod+A'],
  icon: 'square-dashed-mouse-pointer',
  canRun: () => true,
  run(editor) {
    const { store, outline, state, ui } = editor
    const row = state.cursor.get()?.row ?? ''
    const lane = isLane(editor, row)
      ? outline.get().columns.flatMap((column) => store.inCell(cellKey('touchpoint', column.step, row)))
      : []
    const isLaneSelected = lane.length > 0 && lane.every((id) => state.selection.get().has(id))
    const ids = lane.length && !isLaneSelected ? lane : store.ofType('touchpoint')
    state.select(...ids)
    ui.announce(ngettext('{n} selected', '{n} selected', ids.length))
  },
}

export const selectNone: Command = {
  id: 'select.none',
  name: gettext('Clear selection'),
  group: 'Select',
  keys: ['Escape'],
  canRun: ({ state }) => state.selection.get().size > 0 || state.panel.get() !== null,
  run({ state }) {
    if (state.panel.get()) state.panel.set(null)
    else state.select()
  },
}
