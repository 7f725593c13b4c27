import { useEditor, useSignal } from '../map/hooks'
import { CommentsPanel } from './Comments'
import { HistoryPanel } from './HistoryPanel'
import { Inspector } from './Inspector'

/** The panel that is open, if one is. */
export function Panels() {
  const { view } = useEditor()
  const panel = useSignal(view.panel)
  if (panel === 'inspector') return <Inspector />
  if (panel === 'comments') return <CommentsPanel />
  return panel === 'history' ? <HistoryPanel /> : null
}
