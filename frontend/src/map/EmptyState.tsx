import { createStage } from '../commands/createCommands'
import { useEditor, useMayDraw, useOutline } from './hooks'
import { Icon } from './icons'

/** A map with nothing on it yet. */
export function EmptyState() {
  const editor = useEditor()
  const { stages } = useOutline()
  const mayDraw = useMayDraw()
  if (stages.length) return null
  return (
    <div className="empty map-empty">
      <h2>Start where your customer starts.</h2>
      <p>A journey is told in stages, each with its steps. What is the first chapter?</p>
      {mayDraw && (
        <button className="btn btn-pri" onClick={() => createStage.run(editor)}>
          <Icon name="plus" />
          First stage
        </button>
      )}
    </div>
  )
}
