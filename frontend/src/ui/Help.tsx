import { useState } from 'react'
import type { Command, Group } from '../commands/command'
import { COMMANDS } from '../commands/index'
import { fold } from '../lib/fold'
import { shownKey } from '../lib/keys'
import { Dialog } from './Dialog'

const ORDER: readonly Group[] = ['Make', 'Change', 'Move', 'Select', 'Clipboard', 'Undo', 'Look', 'Go', 'Share']
/** What typing does where no command is asked: told beside the table, because no command holds it. */
const TYPING = [
  ['Shift', 'With any movement: select along'],
  ['Any letter', 'On an empty cell: begin a card with it'],
  ['Tab', 'While typing: finish, and on to the next step'],
  ['Esc', 'While typing or carrying: leave it as it was'],
  ['F6', 'The next part of the page'],
  ['Shift F10', 'The menu of what is selected'],
] as const

/** Every key there is, from the table that answers them. */
export function Help() {
  const [query, setQuery] = useState('')
  const keyed = COMMANDS.filter((command) => command.keys?.length && !command.id.startsWith('extend.') && fold(command.name).includes(fold(query)))
  return (
    <Dialog title="Keys" className="help">
      <input className="input" data-first type="search" aria-label="Find a key" placeholder="Find a key" value={query} onChange={(event) => setQuery(event.target.value)} />
      <div className="help-groups">
        {ORDER.map((group) => <Keys key={group} group={group} commands={keyed.filter((command) => command.group === group)} />)}
        {!query && (
          <section>
            <h3>Typing</h3>
            <dl>{TYPING.map(([key, what]) => <div key={key}><dt>{what}</dt><dd><kbd>{key}</kbd></dd></div>)}</dl>
          </section>
        )}
      </div>
      <p className="hint">Keys of one letter work while the map has the focus.</p>
    </Dialog>
  )
}

function Keys({ group, commands }: { group: Group; commands: readonly Command[] }) {
  if (!commands.length) return null
  return (
    <section>
      <h3>{group}</h3>
      <dl>
        {commands.map((command) => (
          <div key={command.id}>
            <dt>{command.name}</dt>
            <dd>{command.keys?.map((key) => <span key={key}>{shownKey(key).map((part) => <kbd key={part}>{part}</kbd>)}</span>)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
