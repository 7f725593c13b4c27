import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Command } from '../commands/command'
import { runnableCommands } from '../commands/index'
import { fold } from '../lib/fold'
import { gettext } from '../lib/i18n'
import { keyName, keyLabels } from '../lib/keys'
import { useEditor, useSignal } from '../map/hooks'
import { Face, Icon } from '../map/icons'
import { GROUP_LABELS } from './commandGroups'
import { focusCursor } from './focus'
import { type OpenContextMenu, contextMenu } from './contextMenuState'

/** Commands shown side by side in one line: the four moves and the five emotions. */
const INLINE_COMMANDS = /^(move\.(left|right|up|down)|feel\.)/

const LAST_GROUP = gettext('Remove')

/** The context menu with the commands for what was clicked. */
export function ContextMenu() {
  const open = useSignal(contextMenu)
  return open && <Menu key={`${open.x} ${open.y}`} open={open} />
}

function Menu({ open }: { open: OpenContextMenu }) {
  const editor = useEditor()
  const box = useRef<HTMLDivElement>(null)
  const [focusedBefore] = useState(() => document.activeElement)
  const [at, setAt] = useState({ left: open.x, top: open.y })
  const commands = runnableCommands(editor).filter((command) => command.on?.includes(open.subject))
  const groups = [...new Set(commands.map(groupOf))].sort((a, b) => Number(a === LAST_GROUP) - Number(b === LAST_GROUP))
  useLayoutEffect(() => {
    const { width = 0, height = 0 } = box.current?.getBoundingClientRect() ?? {}
    const fit = (from: number, size: number, room: number) => Math.max(8, Math.min(from, room - size - 8))
    setAt({ left: fit(open.x, width, window.innerWidth), top: fit(open.y, height, window.innerHeight) })
    menuItems(box.current)[0]?.focus()
  }, [open])
  useEffect(() => {
    const closeOutside = ({ target }: Event) =>
      !(target instanceof Element && box.current?.parentElement?.contains(target)) && contextMenu.set(null)
    window.addEventListener('pointerdown', closeOutside, true)
    window.addEventListener('wheel', closeOutside, true)
    window.addEventListener('resize', closeOutside)
    return () => {
      window.removeEventListener('pointerdown', closeOutside, true)
      window.removeEventListener('wheel', closeOutside, true)
      window.removeEventListener('resize', closeOutside)
    }
  }, [])
  const close = () => {
    contextMenu.set(null)
    // A lane header cannot hold the cursor; return the focus to where it was.
    if (open.subject === 'lane' && focusedBefore instanceof HTMLElement) focusedBefore.focus({ preventScroll: true })
    else focusCursor(editor)
  }
  const run = (command: Command) => {
    close()
    command.run(editor)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    const key = keyName(event)
    if (key === 'Escape' || key === 'Tab') close()
    else if (!moveFocus(box.current, key)) return
    event.preventDefault()
  }
  const buttons = (group: string): ReactNode => {
    const own = commands.filter((command) => groupOf(command) === group)
    const line = own.filter((command) => INLINE_COMMANDS.test(command.id))
    return (
      <>
        {line.length > 0 && (
          <div className="context-line" role="none">
            {line.map((command) => (
              <MenuItem key={command.id} command={command} isShort run={run} />
            ))}
          </div>
        )}
        {own
          .filter((command) => !line.includes(command))
          .map((command) => (
            <MenuItem key={command.id} command={command} run={run} />
          ))}
      </>
    )
  }
  return (
    <div className="context">
      {/* On a phone the menu is a bottom sheet and this covers the rest of the page; elsewhere it is hidden. */}
      <button className="context-close" aria-label={gettext('Close')} tabIndex={-1} onClick={close} />
      <div
        ref={box}
        className="context-menu"
        role="menu"
        aria-label={gettext('Actions')}
        tabIndex={-1}
        style={at}
        onKeyDown={onKeyDown}
        onContextMenu={(event) => event.preventDefault()}
      >
        {groups.map((group) => (
          <div key={group} role="group" aria-label={group}>
            {buttons(group)}
          </div>
        ))}
        {!commands.length && <p className="hint">{gettext('No actions here.')}</p>}
      </div>
    </div>
  )
}

function MenuItem({
  command,
  isShort = false,
  run,
}: {
  command: Command
  isShort?: boolean
  run: (command: Command) => void
}) {
  const key = command.keys?.[0]
  const emotion = /^feel\.(-?\d)$/.exec(command.id)?.[1]
  return (
    <button
      role="menuitem"
      tabIndex={-1}
      className={command.id === 'remove' ? 'danger' : ''}
      aria-label={isShort ? command.name : undefined}
      title={isShort ? [command.name, ...(key ? [keyLabels(key).join(' ')] : [])].join(' · ') : undefined}
      aria-keyshortcuts={key?.replace('Mod', 'Control')}
      onClick={() => run(command)}
    >
      {emotion === undefined ? <Icon name={command.icon ?? 'circle'} /> : <Face value={Number(emotion)} />}
      {!isShort && <span>{command.name}</span>}
      {!isShort && key && <kbd aria-hidden="true">{keyLabels(key).join(' ')}</kbd>}
    </button>
  )
}

/** Return the name of a command's group. Delete is in a group of its own, at the end. */
function groupOf({ id, group }: Command): string {
  return id === 'remove' ? LAST_GROUP : GROUP_LABELS[group]
}

function menuItems(box: HTMLElement | null): HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])]
}

/** Move the focus by arrow keys, Home, End or first letter. Return whether the key was handled. */
function moveFocus(box: HTMLElement | null, key: string): boolean {
  const items = menuItems(box)
  const at = items.indexOf(document.activeElement as HTMLElement)
  const letter = key.length === 1 ? fold(key) : null
  const named =
    letter === null
      ? undefined
      : [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) =>
          fold(item.textContent ?? '').startsWith(letter),
        )
  const next =
    key === 'ArrowDown' || key === 'ArrowRight'
      ? items[(at + 1) % items.length]
      : key === 'ArrowUp' || key === 'ArrowLeft'
        ? items.at(at - 1 < 0 ? -1 : at - 1)
        : key === 'Home'
          ? items[0]
          : key === 'End'
            ? items.at(-1)
            : named
  next?.focus()
  return next !== undefined || letter !== null
}
