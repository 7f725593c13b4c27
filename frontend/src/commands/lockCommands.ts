/** Commands that lock a stage or lane against accidental changes. Locks are set by their own endpoints, not by ops. */
import { gettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import type { Item } from '../model/records'
import { isLocked, lockMessage, lockName } from '../store/locks'
import { errorMessage } from '../sync/api'
import type { Command, Editor } from './command'
import { stageAtCursor } from './inlineEdit'
import { targetLane } from './laneCommands'

type Lockable = 'stage' | 'lane'

/** Return the stage or lane to lock: the selected one, otherwise the one at the cursor. */
function targetOf(editor: Editor, kind: Lockable): Item | undefined {
  const { store, state } = editor
  if (kind === 'lane') return store.get(targetLane(editor))
  const selected = [...state.selection.get()].map((id) => store.get(id)).find((item) => item?.type === 'stage')
  return selected ?? store.get(stageAtCursor(editor, state.cursor.get()))
}

async function setLock(editor: Editor, item: Item, verb: 'lock' | 'unlock'): Promise<void> {
  const { api, journey, store, ui, session } = editor
  const name = lockName(store, item)
  try {
    await waitUntilSaved(editor) // earlier changes must reach the server before the lock
    const since = session.version
    await api.request(`${item.type}s/${item.id}/${verb}`, undefined, 'POST', { 'Idempotency-Key': uuid7() })
    await session.pull()
    const page = await api.changes(journey, since)
    const set =
      page === 'too-old'
        ? undefined
        : page.results.find((set) => set.action === `${item.type}.${verb}` && set.changes?.[0]?.id === item.id)
    if (set)
      session.history.push({
        gesture: set.gesture,
        label: verb === 'lock' ? gettext('Locked “{name}”', { name }) : gettext('Unlocked “{name}”', { name }),
        diff: null,
      })
    ui.announce(verb === 'lock' ? lockMessage(store, item) : gettext('{name} is unlocked.', { name }))
  } catch (error) {
    const values = { name, reason: errorMessage(error) }
    const message =
      verb === 'lock'
        ? gettext('{name} was not locked. {reason}', values)
        : gettext('{name} was not unlocked. {reason}', values)
    ui.toast(message, { kind: 'brk' })
  }
}

/** Resolve when all changes are saved. Rejects if the server cannot be reached or the user is signed out. */
function waitUntilSaved({ session }: Editor): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const { kind } = session.state.get()
      if (kind === 'saving') return
      cleanup()
      if (kind === 'saved') resolve()
      else reject(new Error(kind))
    }
    const cleanup = session.state.subscribe(check)
    check()
  })
}

function lockCommand(kind: Lockable, verb: 'lock' | 'unlock', name: string, on: NonNullable<Command['on']>): Command {
  return {
    id: `${kind}.${verb}`,
    name,
    group: 'Edit',
    icon: verb === 'lock' ? 'lock' : 'lock-open',
    on,
    needsDrawRight: true,
    canRun(editor) {
      const item = targetOf(editor, kind)
      return item !== undefined && isLocked(item) === (verb === 'unlock')
    },
    run(editor) {
      const item = targetOf(editor, kind)
      if (item) void setLock(editor, item, verb)
    },
  }
}

export const lockCommands: readonly Command[] = [
  lockCommand('stage', 'lock', gettext('Lock stage'), ['stage']),
  lockCommand('stage', 'unlock', gettext('Unlock stage'), ['stage', 'step', 'card', 'cell']),
  lockCommand('lane', 'lock', gettext('Lock lane'), ['lane']),
  lockCommand('lane', 'unlock', gettext('Unlock lane'), ['lane', 'card', 'cell']),
]
