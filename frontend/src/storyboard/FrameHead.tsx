import { gettext } from '../lib/i18n'
import { useEditor, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'
import { PROMISE_STATUS_LABELS } from '../model/labels'
import type { Item } from '../model/records'
import { useStoryboard } from './context'
import type { FilmFrame, ShotSize } from './film'
import { CaptionField } from './FrameField'
import { usePromiseAt } from './hooks'

export const SIZES: Readonly<Record<ShotSize, string>> = {
  wide: gettext('Wide'),
  medium: gettext('Medium'),
  close: gettext('Close'),
}
const PILLS: Readonly<Record<string, readonly [name: string, className: string, icon: string]>> = {
  broken: [gettext('Promise broken'), 'chip-brk', 'x'],
  kept: [gettext('Promise kept'), 'chip-own', 'check'],
  at_risk: [gettext('Promise at risk'), 'chip-miss', 'triangle-alert'],
}

/** The header of the open frame: number, caption, status of the promise at its step, shot size. */
export function FrameHead({ frame, item, mayDraw }: { frame: FilmFrame; item: Item; mayDraw: boolean }) {
  const { session } = useEditor()
  const { state } = useStoryboard()
  const view = useSignal(state.view)
  const status = String(usePromiseAt(frame.step)?.fields['status'] ?? '')
  const pill = PILLS[status]
  const setSize = (size: ShotSize) => {
    const before = item.fields['size'] as ShotSize
    const op = { op: 'set', type: 'frame', id: item.id, fields: { size } } as const
    if (size === before || session.apply(gettext('Changed the shot size'), [op]) === null) return
    state.drawing.get()?.changeSize(before, size)
  }
  return (
    <header className="sb-head">
      <span className="sb-number num">{frame.number}</span>
      <CaptionField key={item.id} item={item} readOnly={!mayDraw} />
      {pill && (
        <span className={`chip ${pill[1]}`} title={PROMISE_STATUS_LABELS[status]}>
          <Icon name={pill[2]} size="sm" />
          <span>{pill[0]}</span>
        </span>
      )}
      <span className="seg push" role="group" aria-label={gettext('Shot size')}>
        {(Object.keys(SIZES) as ShotSize[]).map((size) => (
          <button
            key={size}
            aria-pressed={item.fields['size'] === size}
            disabled={!mayDraw}
            onClick={() => setSize(size)}
          >
            {SIZES[size]}
          </button>
        ))}
      </span>
      <button
        className="btn btn-quiet btn-icon"
        aria-label={gettext('Contact sheet')}
        title={gettext('Contact sheet')}
        aria-pressed={view === 'sheet'}
        onClick={() => state.view.set('sheet')}
      >
        <Icon name="layout-grid" />
      </button>
    </header>
  )
}
