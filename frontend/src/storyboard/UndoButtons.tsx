import { gettext } from '../lib/i18n'
import { keyLabels } from '../lib/keys'
import { useSignal } from '../map/hooks'
import { Icon } from '../map/icons'
import { useStoryboard } from './context'

const BUTTONS = [
  ['undo', gettext('Undo'), 'Mod+Z'],
  ['redo', gettext('Redo'), 'Mod+Shift+Z'],
] as const

/** Buttons that undo and redo changes of the drawing, for people without a keyboard. */
export function UndoButtons() {
  const { state } = useStoryboard()
  const drawing = useSignal(state.drawing)
  return (
    <>
      {BUTTONS.map(([which, name, key]) => (
        <button
          key={which}
          className="sb-tool"
          aria-label={name}
          title={`${name} (${keyLabels(key).join('+')})`}
          disabled={!drawing}
          onClick={() => drawing?.undoOrRedo(which)}
        >
          <Icon name={`${which}-2`} size="lg" />
        </button>
      ))}
      <span className="sb-divider" />
    </>
  )
}
