/** Locking a stage or a lane against accidents. It is no op: ops cannot reach a lock. */
import { uuid7 } from '../lib/ids'
import type { Item } from '../model/records'
import { isLocked } from '../store/locks'
import { reasonFor } from '../sync/api'
import type { Command, Editor } from './command'
import { stageOf } from './edit_text'
import { laneAt } from './lanes'
import { rowName } from './where'

type Kind = 'stage' | 'lane'

/** The stage or lane that is spoken of: the selected one, else the one at the cursor. */
function spokenOf(editor: Editor, kind: Kind): Item | undefined {
  const { store, view } = editor
  if (kind === 'lane') return store.get(laneAt(editor))
  const chosen = [...view.selection.get()].map((id) => store.get(id)).find((item) => item?.type === 'stage')
  return chosen ?? store.get(stageOf(editor, view.cursor.get()))
}

async function turn(editor: Editor, item: Item, verb: 'lock' | 'unlock'): Promise<void> {
  const { api, journey, prompts, session } = editor
  const name = item.type === 'stage' ? String(item.fields['title']) : rowName(editor, item.id)
  try {
    await saved(editor) // what was drawn before the lock goes up before it
    const since = session.version
    await api.ask(`${item.type}s/${item.id}/${verb}`, undefined, 'POST', { 'Idempotency-Key': uuid7() })
    await session.pull()
    const page = await api.changes(journey, since)
    const set = page === 'too-old' ? undefined : page.results.find((one) => one.action === `${item.type}.${verb}` && one.changes?.[0]?.id === item.id)
    if (set) session.history.did({ gesture: set.gesture, label: `${verb === 'lock' ? 'Locked' : 'Unlocked'} “${name}”`, diff: null })
    prompts.announce(verb === 'lock' ? `${name} is locked.` : `${name} can be changed again.`)
  } catch (error) {
    prompts.toast(`${name}: not ${verb}ed. ${reasonFor(error)}`, { kind: 'brk' })
  }
}

/** Until all that was done is on the server; fails while nobody hears it. */
function saved({ session }: Editor): Promise<void> {
  return new Promise((go, fail) => {
    const look = (): void => {
      const { kind } = session.state.get()
      if (kind === 'saving') return
      end()
      if (kind === 'saved') go()
      else fail(new Error(kind))
    }
    const end = session.state.subscribe(look)
    look()
  })
}

function command(kind: Kind, verb: 'lock' | 'unlock', name: string, on: NonNullable<Command['on']>): Command {
  return {
    id: `${kind}.${verb}`,
    name,
    group: 'Change',
    icon: verb === 'lock' ? 'lock' : 'lock-open',
    on,
    changes: true,
    canRun(editor) {
      const item = spokenOf(editor, kind)
      return item !== undefined && isLocked(item) === (verb === 'unlock')
    },
    run(editor) {
      const item = spokenOf(editor, kind)
      if (item) void turn(editor, item, verb)
    },
  }
}

export const locks: readonly Command[] = [
  command('stage', 'lock', 'Lock stage', ['stage']),
  command('stage', 'unlock', 'Unlock stage', ['stage', 'step', 'card', 'cell']),
  command('lane', 'lock', 'Lock lane', ['lane']),
  command('lane', 'unlock', 'Unlock lane', ['lane', 'card', 'cell']),
]
