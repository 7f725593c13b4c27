/** Commits the inline edit when the page is left, or at least keeps its text as a draft. */
import { commitEdit } from '../commands/inlineEdit'
import type { Editor } from '../commands/command'

export function watchPageLeave(editor: Editor): () => void {
  const { unsavedTexts } = editor
  const commit = () => commitEdit(editor)
  // Ask only if the browser has no storage. Everything else can be restored.
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
