import { useState } from 'react'
import type { Command, CommandGroup } from '../commands/command'
import { COMMANDS } from '../commands/index'
import { fold } from '../lib/fold'
import { gettext } from '../lib/i18n'
import { keyLabels } from '../lib/keys'
import { Dialog } from './Dialog'
import { GROUP_LABELS } from './commandGroups'

const COMMAND_GROUPS = Object.keys(GROUP_LABELS) as CommandGroup[]

/** Keys that no command handles. */
const TYPING_KEYS = [
  [keyLabels('Shift'), gettext('Extend the selection (with any movement key)')],
  [[gettext('Any letter')], gettext('Start a card with this letter (in an empty cell)')],
  [keyLabels('Tab'), gettext('Save and go to the next step (while typing)')],
  [keyLabels('Escape'), gettext('Cancel (while typing or moving a card)')],
  [keyLabels('F6'), gettext('Go to the next part of the page')],
  [keyLabels('Shift+F10'), gettext('Open the menu of the selection')],
] as const

/** Keyboard shortcuts, listed from the same table that handles the keys. */
export function ShortcutsDialog() {
  const [query, setQuery] = useState('')
  const shortcuts = COMMANDS.filter(
    (command) => command.keys?.length && !command.id.startsWith('extend.') && fold(command.name).includes(fold(query)),
  )
  return (
    <Dialog title={gettext('Keyboard shortcuts')} className="help">
      <input
        className="input"
        data-first
        type="search"
        aria-label={gettext('Search shortcuts')}
        placeholder={gettext('Search shortcuts')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <div className="help-groups">
        {COMMAND_GROUPS.map((group) => (
          <ShortcutGroup key={group} group={group} commands={shortcuts.filter((command) => command.group === group)} />
        ))}
        {!query && (
          <section>
            <h3>{gettext('Typing')}</h3>
            <dl>
              {TYPING_KEYS.map(([parts, effect]) => (
                <div key={effect}>
                  <dt>{effect}</dt>
                  <dd>
                    <kbd>{parts.join(' ')}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
      <p className="hint">{gettext('Single-letter shortcuts work while the map has the focus.')}</p>
    </Dialog>
  )
}

function ShortcutGroup({ group, commands }: { group: CommandGroup; commands: readonly Command[] }) {
  if (!commands.length) return null
  return (
    <section>
      <h3>{GROUP_LABELS[group]}</h3>
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
