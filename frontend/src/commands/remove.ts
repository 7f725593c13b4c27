import type { Command } from './command'

/** What can be removed by the Delete key: whatever is selected, else nothing. */
const REMOVABLE = new Set(['touchpoint', 'promise', 'note', 'measure', 'step', 'stage', 'lane'])

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
    const items = [...view.selection.get()].map((id) => store.get(id)).filter((item) => item !== undefined && REMOVABLE.has(item.type))
    const intents = items.map((item) => ({ op: 'remove' as const, type: item?.type ?? '', id: item?.id ?? '' }))
    const label = items.length === 1 ? `Deleted “${String(items[0]?.fields['title'] ?? '')}”` : `Deleted ${items.length} things`
    session.do(label, intents)
    view.select()
    prompts.toast(label, { label: 'Undo', run: () => session.takeBack('undo') })
  },
}
