/** The page may end at any moment: what is typed is committed, or at least kept. */
import { finish } from '../commands/edit_text'
import type { Editor } from '../commands/command'

export function watchLeaving(editor: Editor): () => void {
  const { kept } = editor
  const hide = () => finish(editor)
  // Asked only where the browser has no storage: everything else comes back.
  const ask = (event: BeforeUnloadEvent) => {
    finish(editor)
    if (kept.hasUnstored()) event.preventDefault()
  }
  window.addEventListener('pagehide', hide)
  window.addEventListener('beforeunload', ask)
  window.addEventListener('storage', kept.refresh)
  return () => {
    window.removeEventListener('pagehide', hide)
    window.removeEventListener('beforeunload', ask)
    window.removeEventListener('storage', kept.refresh)
  }
}
