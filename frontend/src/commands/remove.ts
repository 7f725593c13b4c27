import { gettext, ngettext } from '../lib/i18n'
import { CASCADES, type Id, type Item } from '../model/records'
import type { Store } from '../store/store'
import type { Command } from './command'

/** The types that the Delete key removes. */
const REMOVABLE = new Set(['touchpoint', 'promise', 'note', 'measure', 'step', 'stage', 'lane'])

/** Return whether a record is removed together with its parent, and so must not be removed separately. */
function isRemovedWith(store: Store, item: Item, removed: ReadonlySet<Id>): boolean {
  return CASCADES.some(([type, field]) => {
    const parent = type === item.type ? store.get(String(item.fields[field])) : undefined
    return parent !== undefined && (removed.has(parent.id) || isRemovedWith(store, parent, removed))
  })
}

export const removeCommand: Command = {
  id: 'remove',
  name: gettext('Remove'),
  group: 'Edit',
  keys: ['Delete', 'Backspace'],
  icon: 'trash-2',
  on: ['card', 'step', 'stage', 'lane'],
  needsDrawRight: true,
  canRun: ({ store, state }) => [...state.selection.get()].some((id) => REMOVABLE.has(store.get(id)?.type ?? '')),
  run({ store, state, session, ui }) {
    const selected = state.selection.get()
    const all = [...selected]
      .map((id) => store.get(id))
      .filter((item) => item !== undefined && REMOVABLE.has(item.type)) as Item[]
    const items = all.filter((item) => !isRemovedWith(store, item, selected))
    const label =
      items.length === 1
        ? gettext('Removed “{title}”', { title: String(items[0]?.fields['title'] ?? '') })
        : ngettext('Removed {n} item', 'Removed {n} items', items.length)
    const gesture = session.apply(
      label,
      items.map(({ type, id }) => ({ op: 'remove', type, id })),
    )
    if (gesture === null) return
    state.select()
    ui.toast(label, { label: gettext('Undo'), run: () => session.undoOrRedo('undo', gesture) })
  },
}
