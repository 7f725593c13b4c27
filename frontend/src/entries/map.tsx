/** Entry point of the map editor: reads the page's data, creates the editor and mounts it. */
import { createRoot } from 'react-dom/client'
import { type EditorBootstrap, createEditor } from '../ui/createEditor'
import { App } from '../ui/App'
import { startInitialEdit } from '../ui/initialEdit'

const container = document.getElementById('editor')
const data = document.getElementById('editor-data')
if (container && data) {
  const bootstrap = JSON.parse(data.textContent ?? '') as EditorBootstrap
  void createEditor(bootstrap).then(({ editor, live }) => {
    createRoot(container).render(<App boot={bootstrap} editor={editor} live={live} />)
    startInitialEdit(editor)
  })
}
