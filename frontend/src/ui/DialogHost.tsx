import { useSignal } from '../map/hooks'
import type { Id } from '../model/records'
import { openDialog } from './dialogState'
import { FilterDialog } from './FilterDialog'
import { ShortcutsDialog } from './ShortcutsDialog'
import { UnsavedTextsDialog } from './UnsavedTextsDialog'
import { RowsDialog } from './RowsDialog'
import { MoveToDialog } from './MoveToDialog'
import { CommandPalette } from './CommandPalette'
import { StageOwnerDialog } from './StageOwnerDialog'
import { Presentation } from './Presentation'

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
