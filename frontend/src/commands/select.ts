import { cellKey } from '../model/records'
import type { Command } from './command'
import { isLane } from './walk'

/** Select the whole lane at the cursor; pressed again, everything. */
export const selectAll: Command = {
  id: 'select.all',
  name: 'Select all',
  group: 'Select',
  keys: ['Mod+A'],
  icon: 'square-dashed-mouse-pointer',
  canRun: () => true,
  run(editor) {
    const { store, order, view, prompts } = editor
    const row = view.cursor.get()?.row ?? ''
    const lane = isLane(editor, row) ? order.get().columns.flatMap((column) => store.inCell(cellKey('touchpoint', column.step, row))) : []
    const isLaneSelected = lane.length > 0 && lane.every((id) => view.selection.get().has(id))
    const chosen = lane.length && !isLaneSelected ? lane : store.ofType('touchpoint')
    view.select(...chosen)
    prompts.announce(`${chosen.length} selected`)
  },
}

export const selectNone: Command = {
  id: 'select.none',
  name: 'Select nothing',
  group: 'Select',
  keys: ['Escape'],
  canRun: ({ view }) => view.selection.get().size > 0 || view.panel.get() !== null,
  run({ view }) {
    if (view.panel.get()) view.panel.set(null)
    else view.select()
  },
}
