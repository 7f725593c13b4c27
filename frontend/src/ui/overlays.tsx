/** All dialogs and panels. `useOverlays` loads this module as a chunk of its own. */
import { useEditor, useSignal } from '../map/hooks'
import type { Id } from '../model/records'
import { CommandPalette } from './CommandPalette'
import { CommentsPanel } from './CommentsPanel'
import { openDialog } from './dialogState'
import { FilterDialog } from './FilterDialog'
import { HistoryPanel } from './HistoryPanel'
import { Inspector } from './Inspector'
import { MoveToDialog } from './MoveToDialog'
import { Presentation } from './Presentation'
import { RowsDialog } from './RowsDialog'
import { ShortcutsDialog } from './ShortcutsDialog'
import { StageOwnerDialog } from './StageOwnerDialog'
import { UnsavedTextsDialog } from './UnsavedTextsDialog'

/** Renders the open dialog, if any. */
export function DialogHost() {
  const open = useSignal(openDialog)
  if (open?.dialog === 'palette') return <CommandPalette />
  if (open?.dialog === 'help') return <ShortcutsDialog />
  if (open?.dialog === 'lanes') return <RowsDialog />
  if (open?.dialog === 'move-to') return <MoveToDialog />
  if (open?.dialog === 'filter') return <FilterDialog />
  if (open?.dialog === 'kept') return <UnsavedTextsDialog />
  if (open?.dialog === 'present') return <Presentation />
  if (open?.dialog === 'person' && open.about) return <StageOwnerDialog stage={open.about as Id} />
  return null
}

/** Renders the open panel, if any. */
export function PanelHost() {
  const { state } = useEditor()
  const panel = useSignal(state.panel)
  if (panel === 'inspector') return <Inspector />
  if (panel === 'comments') return <CommentsPanel />
  return panel === 'history' ? <HistoryPanel /> : null
}
