/** The keyboard on the map: one table of commands, and what typing does. */
import type { Command, Editor } from '../commands/command'
import { beginNew, finish, finishAndNext, isUntouched, leave, takeDraft } from '../commands/edit_text'
import { COMMANDS } from '../commands/index'
import { carry, drop, putBack } from '../commands/move'
import { isLane } from '../commands/walk'
import { isComposing, keyOf, textOf } from '../lib/keys'
import { dialogs } from './dialogs'
import { menu } from './menu'

const BY_KEY = new Map(COMMANDS.flatMap((command) => (command.keys ?? []).map((key) => [key, command] as const)))
/** These work wherever the focus is on this page; the rest only on the map (WCAG 2.1.4). */
const EVERYWHERE = new Set(['palette', 'undo', 'redo', 'present', 'share', 'history', 'help'])
const WORD = 250 // milliseconds: a letter that follows a letter sooner than that is of the same word

/** Answer keys until the returned function is called. */
export function watchKeys(editor: Editor): () => void {
  let letter = -WORD // when the last one was pressed on the map
  const press = (event: KeyboardEvent) => {
    const isInWord = isLetter(event) && event.timeStamp - letter < WORD
    letter = isLetter(event) ? event.timeStamp : -WORD
    if (event.defaultPrevented || isComposing(event) || dialogs.get() || menu.get() || editor.view.lift.get()) return
    const isHandled = handle(editor, event, event.target as HTMLElement, isInWord)
    if (isHandled) event.preventDefault()
  }
  document.addEventListener('keydown', press)
  return () => document.removeEventListener('keydown', press)
}

/** Do what a key says. Of a word that is typed where no text is, only the first letter may be a command. */
function handle(editor: Editor, event: KeyboardEvent, target: HTMLElement, isInWord: boolean): boolean {
  const key = keyOf(event)
  if (target.matches('[data-editing]')) return inText(editor, key)
  const isOnMap = target.closest('[data-grid]') !== null
  if (!isOnMap && target.matches('input, textarea, select, [contenteditable]')) return false
  if (isOnMap && editor.view.editing.get()) return ahead(editor, event, key)
  if (isOnMap && isInWord) return true
  if (isOnMap && editor.view.carrying.get()) return carrying(editor, key)
  if (isOnMap && target.matches('[role="slider"]') && slide(editor, key, target)) return true
  const command = BY_KEY.get(key)
  if (command && (isOnMap || EVERYWHERE.has(command.id)) && runIf(editor, command, target, key)) return true
  return isOnMap && typed(editor, event)
}

function runIf(editor: Editor, command: Command, target: HTMLElement, key: string): boolean {
  // A button under the focus (a bracket, a fold) keeps its own Enter and Space.
  if (target.matches('button') && (key === 'Enter' || key === 'Space')) return false
  if ((command.changes && !editor.view.mayDraw) || !command.canRun(editor)) return false
  // Copy and cut are the browser's own: the event that follows does the work.
  if (command.id === 'copy' || command.id === 'cut' || command.id === 'paste') return false
  command.run(editor)
  return true
}

function inText(editor: Editor, key: string): boolean {
  if (key === 'Enter' || key === 'Mod+Enter') finish(editor)
  else if (key === 'Escape') leave(editor)
  else if (key === 'Tab') finishAndNext(editor)
  else return false
  return true
}

function carrying(editor: Editor, key: string): boolean {
  const arrows: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
  const arrow = arrows[key]
  if (key === 'Escape') putBack(editor)
  else if (key === 'Space' || key === 'Enter') drop(editor)
  else if (arrow) carry(editor, ...arrow)
  else return false
  return true
}

/** A feeling's point: Enter lets the arrows change it, so that arrows alone stay navigation. */
function slide(editor: Editor, key: string, target: HTMLElement): boolean {
  if (key === 'Enter') {
    target.toggleAttribute('data-sliding')
    editor.prompts.announce(target.hasAttribute('data-sliding') ? 'Arrows change the feeling. Enter ends it.' : 'Done.')
    return true
  }
  const by = key === 'ArrowUp' ? 1 : key === 'ArrowDown' ? -1 : 0
  if (!by || !target.hasAttribute('data-sliding')) return false
  const now = Number(target.getAttribute('aria-valuenow'))
  const next = Math.max(-2, Math.min(2, Math.round(now + by)))
  BY_KEY.get(String(next + 3))?.run(editor)
  return true
}

/** What is typed before the text has been drawn belongs to it, and takes the place of the name it begins with. */
function ahead(editor: Editor, event: KeyboardEvent, key: string): boolean {
  const editing = editor.view.editing.get()
  const text = textOf(event)
  if (!editing || !text) return inText(editor, key)
  const draft = isUntouched(editing) ? '' : editing.draft
  takeDraft(editor, draft + text)
  return true
}

/** A letter on an empty cell begins a card with it. */
function typed(editor: Editor, event: KeyboardEvent): boolean {
  const cursor = editor.view.cursor.get()
  const text = textOf(event).trim()
  if (!text || !cursor || cursor.item || !editor.view.mayDraw) return false
  if (!isLane(editor, cursor.row) && cursor.row !== 'notes') return false
  beginNew(editor, cursor, text)
  return true
}

function isLetter(event: KeyboardEvent): boolean {
  return /\p{L}/u.test(textOf(event))
}
