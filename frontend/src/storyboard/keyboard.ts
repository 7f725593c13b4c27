/** The keys of the storyboard page. Single letters work unless a text field has the focus (WCAG 2.1.4). */
import { undoCommand, redoCommand } from '../commands/undo'
import { isComposing, keyName } from '../lib/keys'
import { openDialog } from '../ui/dialogState'
import type { Storyboard } from './context'
import { addFrame } from './frameCommands'
import { cancelPin, startPin } from './commentPins'
import type { Layering } from './state'
import { TOOLS } from './ToolBar'

// With Alt on keyboards where a bracket needs it.
const LAYERING_BY_KEY: Readonly<Record<string, Layering>> = {
  ']': 'front',
  'Alt+]': 'front',
  'Mod+Alt+]': 'front',
  '[': 'back',
  'Alt+[': 'back',
  'Mod+Alt+[': 'back',
}
const TOOL_BY_KEY = new Map(TOOLS.map(([tool, , key]) => [key, tool]))

/** Handle keys until the returned function is called. */
export function watchStoryboardKeys(board: Storyboard): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isComposing(event) || openDialog.get() || board.state.isPlaying.get()) return
    const target = event.target as HTMLElement
    if (target.matches('input, textarea, select, [contenteditable]')) return
    if (!handleKey(board, keyName(event), target)) return
    event.preventDefault()
    event.stopPropagation()
  }
  document.addEventListener('keydown', onKeyDown, true) // before Excalidraw's
  return () => document.removeEventListener('keydown', onKeyDown, true)
}

function handleKey(board: Storyboard, key: string, target: HTMLElement): boolean {
  const { state, editor } = board
  const isOnPaper = target.closest('.sb-canvas') !== null
  const tool = TOOL_BY_KEY.get(key)
  const layering = LAYERING_BY_KEY[key]
  if (key === 'Shift+P') state.isPlaying.set(true)
  else if (tool === 'comment') return startPin(board)
  else if (key === 'Escape' && state.tool.get() === 'comment') cancelPin(state)
  else if (!editor.state.mayDraw) return false
  else if (tool) chooseTool(board, tool)
  else if (key === 'N') addFrame(board)
  else if (key === 'F2') document.querySelector<HTMLElement>('[data-caption]')?.focus()
  else if (layering && state.selection.get()) state.drawing.get()?.arrange(layering)
  else if (isOnPaper) return false
  else if (undoCommand.keys?.includes(key) && undoCommand.canRun(editor)) undoCommand.run(editor)
  else if (redoCommand.keys?.includes(key) && redoCommand.canRun(editor)) redoCommand.run(editor)
  else return false
  return true
}

function chooseTool({ state }: Storyboard, tool: (typeof TOOLS)[number][0]): void {
  if (tool === 'picture') document.querySelector<HTMLElement>('[data-tool="picture"]')?.click()
  else state.tool.set(tool)
  if (tool !== 'picture') state.drawing.get()?.focus()
}
