import { createStage } from '../commands/createCommands'
import { gettext } from '../lib/i18n'
import { useEditor, useMayDraw, useOutline } from './hooks'
import { Icon } from './icons'

/** Shown on a map without stages. */
export function EmptyState() {
  const editor = useEditor()
  const { stages } = useOutline()
  const mayDraw = useMayDraw()
  if (stages.length) return null
  return (
    <div className="empty map-empty">
      <h2>{gettext('Start where your customer starts')}</h2>
      <p>{gettext('A journey has stages, and each stage has steps. What happens first?')}</p>
      {mayDraw && (
        <button className="btn btn-pri" onClick={() => createStage.run(editor)}>
          <Icon name="plus" />
          {gettext('Add first stage')}
        </button>
      )}
    </div>
  )
}
