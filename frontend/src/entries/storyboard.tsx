/** Entry point of the storyboard: reads the page's data, creates the editor and mounts it. */
import { createRoot } from 'react-dom/client'
import { createStoryboard } from '../storyboard/createStoryboard'
import { Storyboard } from '../storyboard/Storyboard'
import { castOf } from '../storyboard/cast'
import { type EditorBootstrap, createEditor } from '../ui/createEditor'

const container = document.getElementById('storyboard')
const data = document.getElementById('storyboard-data')
if (container && data) {
  const boot = JSON.parse(data.textContent ?? '') as EditorBootstrap
  void createEditor(boot).then(async ({ editor, live }) => {
    const board = await createStoryboard(boot, editor)
    createRoot(container).render(<Storyboard board={board} live={live} cast={castOf(editor)} />)
  })
}
