import { useState } from 'react'
import type { Command, CommandGroup } from '../commands/command'
import { COMMANDS } from '../commands/index'
import { fold } from '../lib/fold'
import { keyLabels } from '../lib/keys'
import { Dialog } from './Dialog'

const GROUP_ORDER: readonly CommandGroup[] = [
  'Add',
  'Edit',
  'Move',
  'Select',
  'Clipboard',
  'Undo',
  'View',
  'Navigate',
  'Share',
]
/** Keys that no command handles. */
const TYPING_KEYS = [
  ['Shift', 'Extend the selection (with any movement key)'],
  ['Any letter', 'Start a card with this letter (in an empty cell)'],
  ['Tab', 'Save and go to the next step (while typing)'],
  ['Esc', 'Cancel (while typing or moving a card)'],
  ['F6', 'Go to the next part of the page'],
  ['Shift F10', 'Open the menu of the selection'],
] as const

/** Keyboard shortcuts, listed from the same table that handles the keys. */
export function ShortcutsDialog() {
  const [query, setQuery] = useState('')
  const shortcuts = COMMANDS.filter(
    (command) => command.keys?.length && !command.id.startsWith('extend.') && fold(command.name).includes(fold(query)),
  )
  return (
    <Dialog title="Keyboard shortcuts" className="help">
      <input
        className="input"
        data-first
        type="search"
        aria-label="Search shortcuts"
        placeholder="Search shortcuts"
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
              {TYPING_KEYS.map(([key, effect]) => (
                <div key={key}>
                  <dt>{effect}</dt>
                  <dd>
                    <kbd>{key}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
      <p className="hint">Single-letter shortcuts work while the map has the focus.</p>
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
