import { useEditor, useSignal } from '../map/hooks'
import { CommentsPanel } from './CommentsPanel'
import { HistoryPanel } from './HistoryPanel'
import { Inspector } from './Inspector'

/** Renders the open panel, if any. */
export function PanelHost() {
  const { state } = useEditor()
  const panel = useSignal(state.panel)
  if (panel === 'inspector') return <Inspector />
  if (panel === 'comments') return <CommentsPanel />
  return panel === 'history' ? <HistoryPanel /> : null
}
