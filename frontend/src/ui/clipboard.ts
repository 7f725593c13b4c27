/** The browser's copy, cut and paste on the map. */
import type { Editor } from '../commands/command'
import { TYPE, copied, paste } from '../commands/copy'
import { remove } from '../commands/remove'

export function watchClipboard(editor: Editor): () => void {
  const isOnMap = () => document.activeElement?.closest('[data-grid]') !== null && editor.view.editing.get() === null
  const take = (event: ClipboardEvent) => {
    const data = isOnMap() ? copied(editor) : null
    if (!data || !event.clipboardData) return
    event.clipboardData.setData(TYPE, data.json)
    event.clipboardData.setData('text/plain', data.text)
    event.preventDefault()
    if (event.type === 'cut' && editor.view.mayDraw) remove.run(editor)
    else editor.prompts.announce('Copied.')
  }
  const put = (event: ClipboardEvent) => {
    if (!isOnMap() || !event.clipboardData) return
    event.preventDefault()
    paste(editor, event.clipboardData.getData(TYPE), event.clipboardData.getData('text/plain'))
  }
  const events = { copy: take, cut: take, paste: put }
  for (const [name, hear] of Object.entries(events)) document.addEventListener(name, hear as EventListener)
  return () => {
    for (const [name, hear] of Object.entries(events)) document.removeEventListener(name, hear as EventListener)
  }
}
