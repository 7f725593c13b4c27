/** The page may end at any moment: what is typed is committed, or at least kept. */
import { commitEdit } from '../commands/inlineEdit'
import type { Editor } from '../commands/command'

export function watchPageLeave(editor: Editor): () => void {
  const { unsavedTexts } = editor
  const commit = () => commitEdit(editor)
  // Asked only where the browser has no storage: everything else comes back.
  const confirmLeave = (event: BeforeUnloadEvent) => {
    commitEdit(editor)
    if (unsavedTexts.hasUnstored()) event.preventDefault()
  }
  window.addEventListener('pagehide', commit)
  window.addEventListener('beforeunload', confirmLeave)
  window.addEventListener('storage', unsavedTexts.refresh)
  return () => {
    window.removeEventListener('pagehide', commit)
    window.removeEventListener('beforeunload', confirmLeave)
    window.removeEventListener('storage', unsavedTexts.refresh)
  }
}
