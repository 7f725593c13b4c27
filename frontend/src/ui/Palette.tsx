import { type KeyboardEvent, useMemo, useState } from 'react'
import type { Command, Editor } from '../commands/command'
import { runnable } from '../commands/index'
import { cursorOf } from '../commands/walk'
import { fold } from '../lib/fold'
import { keyOf, shownKey } from '../lib/keys'
import { useEditor } from '../map/hooks'
import { Icon } from '../map/marks'
import { Dialog } from './Dialog'
import { dialogs } from './dialogs'

interface Entry {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly icon: string
  readonly key?: string | undefined
  run(): void
}

const MOST = 40
const PLACES = [
  ['stage', 'Stage', 'bookmark'],
  ['step', 'Step', 'columns-3'],
  ['touchpoint', 'Touchpoint', 'square'],
  ['promise', 'Promise', 'flag'],
  ['note', 'Pain or idea', 'lightbulb'],
] as const

/** Find or do anything: every command that can run now, and everything on the map by its title. */
export function Palette() {
  const editor = useEditor()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const entries = useMemo(() => [...commands(editor), ...places(editor)], [editor])
  const found = useMemo(() => matching(entries, query), [entries, query])
  const choose = (entry: Entry | undefined) => {
    if (!entry) return
    dialogs.set(null)
    // After the dialog has given the focus back, so that the command finds it on the map.
    setTimeout(() => entry.run())
  }
  const press = (event: KeyboardEvent) => {
    const key = keyOf(event)
    const by = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
    if (by) setAt((now) => (now + by + found.length) % Math.max(found.length, 1))
    else if (key === 'Enter') choose(found[at])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Find or do anything" className="palette">
      <input
        data-first
        className="input"
        role="combobox"
        dir="auto"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found[at] ? `palette-${at}` : undefined}
        aria-label="Find or do anything"
        placeholder="A command, or something on the map"
        value={query}
        onChange={(event) => (setQuery(event.target.value), setAt(0))}
        onKeyDown={press}
      />
      <ul id="palette-list" role="listbox" aria-label="Found">
        {found.map((entry, number) => (
          <li key={entry.id} id={`palette-${number}`} role="option" aria-selected={number === at} onClick={() => choose(entry)} ref={(row) => (number === at ? row?.scrollIntoView({ block: 'nearest' }) : undefined)}>
            <Icon name={entry.icon} />
            <span className="grow one-line" dir="auto">{entry.name}</span>
            <small>{entry.hint}</small>
            {entry.key && <kbd>{shownKey(entry.key).join(' ')}</kbd>}
          </li>
        ))}
      </ul>
      {!found.length && <p className="soft">Nothing is called that here.</p>}
    </Dialog>
  )
}

function commands(editor: Editor): Entry[] {
  const isPlain = (command: Command) => !command.id.startsWith('extend.') && command.id !== 'palette'
  return runnable(editor).filter(isPlain).map((command) => ({
    id: command.id,
    name: command.name,
    hint: command.group,
    icon: command.icon ?? 'chevron-right',
    key: command.keys?.[0],
    run: () => command.run(editor),
  }))
}

function places(editor: Editor): Entry[] {
  return PLACES.flatMap(([type, hint, icon]) =>
    editor.store.ofType(type).map((id) => ({
      id,
      name: String(editor.store.get(id)?.fields['title'] ?? ''),
      hint,
      icon,
      run: () => {
        const cursor = cursorOf(editor, id)
        if (cursor) editor.view.go(cursor)
      },
    })),
  )
}

/** Entries that hold every word of the query; those that begin with it first. */
function matching(entries: readonly Entry[], query: string): Entry[] {
  const words = fold(query).split(/\s+/).filter(Boolean)
  if (!words.length) return entries.slice(0, MOST)
  const hits = entries.filter(({ name, hint }) => words.every((word) => fold(`${name} ${hint}`).includes(word)))
  const starts = (entry: Entry) => (fold(entry.name).startsWith(words[0] ?? '') ? 0 : 1)
  return hits.sort((one, two) => starts(one) - starts(two)).slice(0, MOST)
}
