import { Suspense, lazy } from 'react'
import { gettext } from '../lib/i18n'
import { useSignal } from '../map/hooks'
import type { Id, Item } from '../model/records'
import { useStoryboard } from './context'
import { Pins } from './Pins'
import { SelectionStrip } from './SelectionStrip'
import { FrameImage } from '../map/FrameImage'

const Paper = lazy(() => import('./Paper'))

/** The drawing area of the open frame. Shows the frame's picture until the drawing is loaded. */
export function PaperPlace({ frame, item }: { frame: Id; item: Item }) {
  const { state } = useStoryboard()
  const isLoaded = useSignal(state.drawing) !== null
  const alt = String(item.fields['alt_text'] ?? '')
  return (
    <div className="sb-paper" role="group" aria-label={gettext('Drawing')} aria-describedby="sb-what">
      <p id="sb-what" className="sr">
        {alt || gettext('No description yet.')}
      </p>
      {!isLoaded && <FrameImage frame={frame} />}
      <Suspense>
        <Paper key={frame} frame={frame} />
      </Suspense>
      <SelectionStrip />
      <Pins frame={frame} title={String(item.fields['caption'] ?? '')} />
    </div>
  )
}
