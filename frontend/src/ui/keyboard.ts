/** Keyboard handling: commands by key, and typing. */
import type { Command, Editor } from '../commands/command'
import { startNew, commitEdit, commitAndContinue, isUnchanged, cancelEdit, updateDraft } from '../commands/inlineEdit'
import { COMMANDS } from '../commands/index'
import { moveCarried, dropCarried, cancelCarry } from '../commands/moveCommands'
import { isLane } from '../commands/gridNavigation'
import { gettext } from '../lib/i18n'
import { isComposing, keyName, typedText } from '../lib/keys'
import { openDialog } from './dialogState'
import { contextMenu } from './contextMenuState'

const BY_KEY = new Map(COMMANDS.flatMap((command) => (command.keys ?? []).map((key) => [key, command] as const)))
/** These work wherever the focus is on the page; all others only on the map (WCAG 2.1.4). */
const GLOBAL_COMMANDS = new Set(['palette', 'undo', 'redo', 'present', 'share', 'history', 'help'])
const WORD_PAUSE_MS = 250 // a letter that follows another within this time belongs to the same word

/** Handle keys until the returned function is called. */
export function watchKeys(editor: Editor): () => void {
  let lastLetterAt = -WORD_PAUSE_MS // when the last letter was pressed on the map
  const onKeyDown = (event: KeyboardEvent) => {
    const isInWord = isLetter(event) && event.timeStamp - lastLetterAt < WORD_PAUSE_MS
    lastLetterAt = isLetter(event) ? event.timeStamp : -WORD_PAUSE_MS
    if (
      event.defaultPrevented ||
      isComposing(event) ||
      openDialog.get() ||
      contextMenu.get() ||
      editor.state.dragItem.get()
    )
      return
    const isHandled = handleKey(editor, event, event.target as HTMLElement, isInWord)
    if (isHandled) event.preventDefault()
  }
  document.addEventListener('keydown', onKeyDown)
  return () => document.removeEventListener('keydown', onKeyDown)
}

/** Handle a key. When a word is typed outside a text field, only its first letter may run a command. */
function handleKey(editor: Editor, event: KeyboardEvent, target: HTMLElement, isInWord: boolean): boolean {
  const key = keyName(event)
  if (target.matches('[data-editing]')) return handleEditingKey(editor, key)
  const isOnMap = target.closest('[data-grid]') !== null
  if (!isOnMap && target.matches('input, textarea, select, [contenteditable]')) return false
  if (isOnMap && editor.state.inlineEdit.get()) return typeAhead(editor, event, key)
  if (isOnMap && isInWord) return true
  if (isOnMap && editor.state.carried.get()) return handleCarryKey(editor, key)
  if (isOnMap && target.matches('[role="slider"]') && handleSliderKey(editor, key, target)) return true
  const command = BY_KEY.get(key)
  if (command && (isOnMap || GLOBAL_COMMANDS.has(command.id)) && runCommand(editor, command, target, key)) return true
  return isOnMap && startWithLetter(editor, event)
}

function runCommand(editor: Editor, command: Command, target: HTMLElement, key: string): boolean {
  // A focused button (an owner bracket, a collapse button) handles Enter and Space itself.
  if (target.matches('button') && (key === 'Enter' || key === 'Space')) return false
  if ((command.needsDrawRight && !editor.state.mayDraw) || !command.canRun(editor)) return false
  // The browser handles copy, cut and paste; ui/clipboard.ts handles the events that follow.
  if (command.id === 'copy' || command.id === 'cut' || command.id === 'paste') return false
  command.run(editor)
  return true
}

function handleEditingKey(editor: Editor, key: string): boolean {
  if (key === 'Enter' || key === 'Mod+Enter') commitEdit(editor)
  else if (key === 'Escape') cancelEdit(editor)
  else if (key === 'Tab') commitAndContinue(editor)
  else return false
  return true
}

function handleCarryKey(editor: Editor, key: string): boolean {
  const arrows: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }
  const arrow = arrows[key]
  if (key === 'Escape') cancelCarry(editor)
  else if (key === 'Space' || key === 'Enter') dropCarried(editor)
  else if (arrow) moveCarried(editor, ...arrow)
  else return false
  return true
}

/** On an emotion point, Enter toggles whether the arrow keys change the value; otherwise they navigate. */
function handleSliderKey(editor: Editor, key: string, target: HTMLElement): boolean {
  if (key === 'Enter') {
    target.toggleAttribute('data-sliding')
    editor.ui.announce(
      target.hasAttribute('data-sliding')
        ? gettext('Use the up and down arrow keys to change the emotion. Press Enter when done.')
        : gettext('Done.'),
    )
    return true
  }
  const by = key === 'ArrowUp' ? 1 : key === 'ArrowDown' ? -1 : 0
  if (!by || !target.hasAttribute('data-sliding')) return false
  const now = Number(target.getAttribute('aria-valuenow'))
  const next = Math.max(-2, Math.min(2, Math.round(now + by)))
  BY_KEY.get(String(next + 3))?.run(editor)
  return true
}

/** Text typed before the input is rendered goes into it and replaces the selected original text. */
function typeAhead(editor: Editor, event: KeyboardEvent, key: string): boolean {
  const editing = editor.state.inlineEdit.get()
  const text = typedText(event)
  if (!editing || !text) return handleEditingKey(editor, key)
  const draft = isUnchanged(editing) ? '' : editing.draft
  updateDraft(editor, draft + text)
  return true
}

/** Typing a letter in an empty cell starts a card with it. */
function startWithLetter(editor: Editor, event: KeyboardEvent): boolean {
  const cursor = editor.state.cursor.get()
  const text = typedText(event).trim()
  if (!text || !cursor || cursor.item || !editor.state.mayDraw) return false
  if (!isLane(editor, cursor.row) && cursor.row !== 'notes') return false
  startNew(editor, cursor, text)
  return true
}

function isLetter(event: KeyboardEvent): boolean {
  return /\p{L}/u.test(typedText(event))
}
