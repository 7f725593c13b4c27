import { CHILDREN, type Id, type Item } from '../model/records'
import type { Store } from '../store/store'
import type { Command } from './command'

/** What can be removed by the Delete key: whatever is selected, else nothing. */
const REMOVABLE = new Set(['touchpoint', 'promise', 'note', 'measure', 'step', 'stage', 'lane'])

/** Whether a record is removed with another one of these: then it must not be named a second time. */
function goesAlong(store: Store, item: Item, chosen: ReadonlySet<Id>): boolean {
  return CHILDREN.some(([type, field]) => {
    const parent = type === item.type ? store.get(String(item.fields[field])) : undefined
    return parent !== undefined && (chosen.has(parent.id) || goesAlong(store, parent, chosen))
  })
}

export const remove: Command = {
  id: 'remove',
  name: 'Delete',
  group: 'Change',
  keys: ['Delete', 'Backspace'],
  icon: 'trash-2',
  on: ['card', 'step', 'stage', 'lane'],
  changes: true,
  canRun: ({ store, view }) => [...view.selection.get()].some((id) => REMOVABLE.has(store.get(id)?.type ?? '')),
  run({ store, view, session, prompts }) {
    const chosen = view.selection.get()
    const all = [...chosen].map((id) => store.get(id)).filter((item) => item !== undefined && REMOVABLE.has(item.type)) as Item[]
    const items = all.filter((item) => !goesAlong(store, item, chosen))
    const label = items.length === 1 ? `Deleted “${String(items[0]?.fields['title'] ?? '')}”` : `Deleted ${items.length} things`
    const gesture = session.do(label, items.map(({ type, id }) => ({ op: 'remove', type, id })))
    if (gesture === null) return
    view.select()
    prompts.toast(label, { label: 'Undo', run: () => session.takeBack('undo', gesture) })
  },
}
