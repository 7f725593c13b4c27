import { useState } from 'react'
import type { Command, CommandGroup } from '../commands/command'
import { COMMANDS } from '../commands/index'
import { fold } from '../lib/fold'
import { keyLabels } from '../lib/keys'
import { Dialog } from './Dialog'

const GROUP_ORDER: readonly CommandGroup[] = [
  'Make',
  'Change',
  'Move',
  'Select',
  'Clipboard',
  'Undo',
  'Look',
  'Go',
  'Share',
]
/** What typing does where no command is asked: told beside the table, because no command holds it. */
const TYPING_KEYS = [
  ['Shift', 'With any movement: select along'],
  ['Any letter', 'On an empty cell: begin a card with it'],
  ['Tab', 'While typing: finish, and on to the next step'],
  ['Esc', 'While typing or carrying: leave it as it was'],
  ['F6', 'The next part of the page'],
  ['Shift F10', 'The menu of what is selected'],
] as const

/** Every key there is, from the table that answers them. */
export function ShortcutsDialog() {
  const [query, setQuery] = useState('')
  const shortcuts = COMMANDS.filter(
    (command) => command.keys?.length && !command.id.startsWith('extend.') && fold(command.name).includes(fold(query)),
  )
  return (
    <Dialog title="Keys" className="help">
      <input
        className="input"
        data-first
        type="search"
        aria-label="Find a key"
        placeholder="Find a key"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <div className="help-groups">
        {GROUP_ORDER.map((group) => (
          <ShortcutGroup key={group} group={group} commands={shortcuts.filter((command) => command.group === group)} />
        ))}
        {!query && (
          <section>
            <h3>Typing</h3>
            <dl>
              {TYPING_KEYS.map(([key, what]) => (
                <div key={key}>
                  <dt>{what}</dt>
                  <dd>
                    <kbd>{key}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
      <p className="hint">Keys of one letter work while the map has the focus.</p>
    </Dialog>
  )
}

function ShortcutGroup({ group, commands }: { group: CommandGroup; commands: readonly Command[] }) {
  if (!commands.length) return null
  return (
    <section>
      <h3>{group}</h3>
      <dl>
        {commands.map((command) => (
          <div key={command.id}>
            <dt>{command.name}</dt>
            <dd>
              {command.keys?.map((key) => (
                <span key={key}>
                  {keyLabels(key).map((part) => (
                    <kbd key={part}>{part}</kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
