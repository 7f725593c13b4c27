import { gettext } from '../lib/i18n'
import { useSignal } from '../map/hooks'
import { Face, Icon } from '../map/icons'
import { EMOTION_LABELS } from '../model/labels'
import { useStoryboard } from './context'
import type { Figure } from './library'
import { PoseMenu } from './PoseMenu'
import type { Layering, OpenDrawing } from './state'
import { moveFocus } from './ToolBar'

const LAYERINGS: readonly (readonly [to: Layering, name: string, key: string])[] = [
  ['front', gettext('Bring to front'), ']'],
  ['back', gettext('Send to back'), '['],
]
const MOODS = [-2, -1, 0, 1, 2]

/** The toolbar of the selection: layering and delete, and for a figure also mood, pose and flip. */
export function SelectionStrip() {
  const { state } = useStoryboard()
  const selected = useSignal(state.selection)
  const drawing = useSignal(state.drawing)
  if (!selected || !drawing) return null
  const { figure, box } = selected
  const roomAfter = 1 - box.x - box.width
  const isAtEnd = roomAfter < 0.12 || (roomAfter < 0.4 && box.x > roomAfter) // with room for the poses
  const side = isAtEnd
    ? { insetInlineEnd: `${(1 - box.x) * 100 + 1.5}%` }
    : { insetInlineStart: `${(box.x + box.width) * 100 + 1.3}%` }
  return (
    <>
      {figure?.name && (
        <span
          className="sb-who"
          style={{
            insetInlineStart: `${box.x * 100}%`,
            insetBlockStart: `${Math.min(96, (box.y + box.height) * 100)}%`,
          }}
        >
          <bdi>{figure.name}</bdi>
        </span>
      )}
      <div
        className={isAtEnd ? 'sb-strip is-at-end' : 'sb-strip'}
        role="toolbar"
        aria-orientation="vertical"
        aria-label={labelOf(figure)}
        style={{ ...side, insetBlockStart: `${Math.max(2, Math.min(52, (box.y + box.height * 0.16) * 100))}%` }}
        onKeyDown={moveFocus}
      >
        {figure && <FigureButtons key={selected.id} drawing={drawing} figure={figure} />}
        {LAYERINGS.map(([to, name, key]) => (
          <button
            key={to}
            className="sb-word"
            aria-keyshortcuts={key}
            title={`${name} (${key})`}
            onClick={() => drawing.arrange(to)}
          >
            {name}
          </button>
        ))}
        <button aria-label={gettext('Remove')} title={gettext('Remove')} onClick={() => drawing.removeSelected()}>
          <Icon name="trash-2" />
        </button>
      </div>
    </>
  )
}

function labelOf(figure: Figure | undefined): string {
  if (!figure) return gettext('Selection')
  return figure.name
    ? gettext('Mood and pose of {name}', { name: figure.name })
    : gettext('Mood and pose of the figure')
}

function FigureButtons({ drawing, figure }: { drawing: OpenDrawing; figure: Figure }) {
  return (
    <>
      {MOODS.map((mood) => (
        <button
          key={mood}
          data-mood={mood}
          aria-pressed={figure.mood === mood}
          aria-label={EMOTION_LABELS[mood]}
          title={EMOTION_LABELS[mood]}
          onClick={() => drawing.act({ mood })}
        >
          <Face value={mood} size={20} />
        </button>
      ))}
      <hr />
      <PoseMenu figure={figure} onChoose={(pose) => drawing.act({ pose })} />
      <button aria-label={gettext('Flip')} title={gettext('Flip')} onClick={() => drawing.act({ flip: !figure.flip })}>
        <Icon name="flip-horizontal-2" />
      </button>
      <hr />
    </>
  )
}
