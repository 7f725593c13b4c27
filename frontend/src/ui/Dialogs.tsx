import { useSignal } from '../map/hooks'
import type { Id } from '../model/records'
import { dialogs } from './dialogs'
import { FilterDialog } from './FilterDialog'
import { Help } from './Help'
import { KeptDialog } from './KeptDialog'
import { Lanes } from './Lanes'
import { MoveTo } from './MoveTo'
import { Palette } from './Palette'
import { PersonDialog } from './PersonDialog'
import { Present } from './Present'

/** The dialog that is open, if one is. */
export function Dialogs() {
  const open = useSignal(dialogs)
  if (open?.dialog === 'palette') return <Palette />
  if (open?.dialog === 'help') return <Help />
  if (open?.dialog === 'lanes') return <Lanes />
  if (open?.dialog === 'move-to') return <MoveTo />
  if (open?.dialog === 'filter') return <FilterDialog />
  if (open?.dialog === 'kept') return <KeptDialog />
  if (open?.dialog === 'present') return <Present />
  if (open?.dialog === 'person' && open.about) return <PersonDialog stage={open.about as Id} />
  return null
}
