/** Handles the browser's copy, cut and paste events on the map. */
import type { Editor } from '../commands/command'
import { CLIPBOARD_TYPE, clipboardPayload, paste } from '../commands/copyPaste'
import { removeCommand } from '../commands/remove'
import { gettext } from '../lib/i18n'

export function watchClipboard(editor: Editor): () => void {
  const isOnMap = () =>
    document.activeElement?.closest('[data-grid]') !== null && editor.state.inlineEdit.get() === null
  const onCopy = (event: ClipboardEvent) => {
    const data = isOnMap() ? clipboardPayload(editor) : null
    if (!data || !event.clipboardData) return
    event.clipboardData.setData(CLIPBOARD_TYPE, data.json)
    event.clipboardData.setData('text/plain', data.text)
    event.preventDefault()
    if (event.type === 'cut' && editor.state.mayDraw) removeCommand.run(editor)
    else editor.ui.announce(gettext('Copied.'))
  }
  const onPaste = (event: ClipboardEvent) => {
    if (!isOnMap() || !event.clipboardData) return
    event.preventDefault()
    paste(editor, event.clipboardData.getData(CLIPBOARD_TYPE), event.clipboardData.getData('text/plain'))
  }
  const events = { copy: onCopy, cut: onCopy, paste: onPaste }
  for (const [name, listener] of Object.entries(events)) document.addEventListener(name, listener as EventListener)
  return () => {
    for (const [name, listener] of Object.entries(events)) document.removeEventListener(name, listener as EventListener)
  }
}
