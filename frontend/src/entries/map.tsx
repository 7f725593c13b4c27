/** The map editor: reads what the page carries, builds the editor, mounts it. */
import { createRoot } from 'react-dom/client'
import { type Boot, buildEditor } from '../ui/build'
import { App } from '../ui/App'
import { beginFirst } from '../ui/begin'

const place = document.getElementById('editor')
const carried = document.getElementById('editor-data')
if (place && carried) {
  const boot = JSON.parse(carried.textContent ?? '') as Boot
  void buildEditor(boot).then(({ editor, live }) => {
    createRoot(place).render(<App boot={boot} editor={editor} live={live} />)
    beginFirst(editor)
  })
}
