import { type KeyboardEvent, useEffect, useMemo, useState } from 'react'
import type { Command, Editor } from '../commands/command'
import { runnableCommands } from '../commands/index'
import { cursorOnRecord } from '../commands/gridNavigation'
import { titleOf } from '../commands/positionText'
import { fold } from '../lib/fold'
import { gettext } from '../lib/i18n'
import { keyName, keyLabels } from '../lib/keys'
import { useEditor } from '../map/hooks'
import { Icon } from '../map/icons'
import { searchByName } from '../sync/searchByName'
import { Dialog } from './Dialog'
import { GROUP_LABELS } from './commandGroups'
import { openDialog } from './dialogState'

interface PaletteEntry {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly icon: string
  readonly key?: string | undefined
  run(): void
}

const MAX_ENTRIES = 40
const SEARCH_DELAY_MS = 150 // between a key and the search for persons
const NO_ENTRIES: readonly PaletteEntry[] = []
const RECORD_TYPES = [
  ['stage', gettext('Stage'), 'bookmark'],
  ['step', gettext('Step'), 'columns-3'],
  ['touchpoint', gettext('Touchpoint'), 'square'],
  ['promise', gettext('Promise'), 'flag'],
  ['note', gettext('Pain or idea'), 'lightbulb'],
] as const

/** The command palette: searches the commands that can run now, the records on the map, and persons. */
export function CommandPalette() {
  const editor = useEditor()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const entries = useMemo(() => [...commandEntries(editor), ...recordEntries(editor)], [editor])
  const persons = usePersonEntries(query)
  const result = useMemo(() => [...matchingEntries(entries, query), ...persons], [entries, query, persons])
  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return
    openDialog.set(null)
    // Run after the dialog has returned the focus, so that the command finds it on the map.
    setTimeout(() => entry.run())
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyName(event)
    const by = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
    if (by) setAt((now) => (now + by + result.length) % Math.max(result.length, 1))
    else if (key === 'Enter') choose(result[at])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title={gettext('Search or run a command')} className="palette">
      <input
        data-first
        className="input"
        role="combobox"
        dir="auto"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={result[at] ? `palette-${at}` : undefined}
        aria-label={gettext('Search or run a command')}
        placeholder={gettext('Command, title on the map or person')}
        value={query}
        onChange={(event) => (setQuery(event.target.value), setAt(0))}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-list" role="listbox" aria-label={gettext('Results')}>
        {result.map((entry, number) => (
          <li
            key={entry.id}
            id={`palette-${number}`}
            role="option"
            aria-selected={number === at}
            onClick={() => choose(entry)}
            ref={(row) => (number === at ? row?.scrollIntoView({ block: 'nearest' }) : undefined)}
          >
            <Icon name={entry.icon} />
            <span className="grow one-line" dir="auto">
              {entry.name}
            </span>
            <small>{entry.hint}</small>
            {entry.key && <kbd>{keyLabels(entry.key).join(' ')}</kbd>}
          </li>
        ))}
      </ul>
      {!result.length && <p className="soft">{gettext('No matches.')}</p>}
    </Dialog>
  )
}

/** Search the persons of the workspace while the user types. */
function usePersonEntries(query: string): readonly PaletteEntry[] {
  const { api, ui, urls, workspace } = useEditor()
  const [found, setFound] = useState<{ query: string; entries: readonly PaletteEntry[] }>({ query: '', entries: [] })
  useEffect(() => {
    if (!query.trim()) return
    const search = async () => {
      const hits = await searchByName(api, 'persons', workspace, query).catch(() => [])
      const visit = (id: string) => ui.visit((urls['person'] ?? '').replace('{id}', id))
      const entries = hits.map(({ id, name, detail }) => ({
        id,
        name,
        hint: detail || gettext('Person'),
        icon: 'user',
        run: () => visit(id),
      }))
      setFound({ query, entries })
    }
    const timer = setTimeout(() => void search(), SEARCH_DELAY_MS)
    return () => clearTimeout(timer)
  }, [api, query, ui, urls, workspace])
  return found.query === query ? found.entries : NO_ENTRIES
}

function commandEntries(editor: Editor): PaletteEntry[] {
  const isPlain = (command: Command) => !command.id.startsWith('extend.') && command.id !== 'palette'
  return runnableCommands(editor)
    .filter(isPlain)
    .map((command) => ({
      id: command.id,
      name: command.name,
      hint: GROUP_LABELS[command.group],
      icon: command.icon ?? 'chevron-right',
      key: command.keys?.[0],
      run: () => command.run(editor),
    }))
}

function recordEntries(editor: Editor): PaletteEntry[] {
  return RECORD_TYPES.flatMap(([type, hint, icon]) =>
    editor.store.ofType(type).map((id) => ({
      id,
      name: titleOf(editor, id),
      hint,
      icon,
      run: () => {
        const cursor = cursorOnRecord(editor, id)
        if (cursor) editor.state.placeCursor(cursor)
      },
    })),
  )
}

/** Return the entries that contain every word of the query, those that start with it first. */
function matchingEntries(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  const words = fold(query).split(/\s+/).filter(Boolean)
  if (!words.length) return entries.slice(0, MAX_ENTRIES)
  const hits = entries.filter(({ name, hint }) => words.every((word) => fold(`${name} ${hint}`).includes(word)))
  const startRank = (entry: PaletteEntry) => (fold(entry.name).startsWith(words[0] ?? '') ? 0 : 1)
  return hits.sort((a, b) => startRank(a) - startRank(b)).slice(0, MAX_ENTRIES)
}
