import { stage } from '../commands/make'
import { useEditor, useMayDraw, useOutline } from './hooks'
import { Icon } from './marks'

/** A map with nothing on it yet. */
export function Empty() {
  const editor = useEditor()
  const { stages } = useOutline()
  const mayDraw = useMayDraw()
  if (stages.length) return null
  return (
    <div className="empty map-empty">
      <h2>Start where your customer starts.</h2>
      <p>A journey is told in stages, each with its steps. What is the first chapter?</p>
      {mayDraw && <button className="btn btn-pri" onClick={() => stage.run(editor)}><Icon name="plus" />First stage</button>}
    </div>
  )
}
