import { DndContext, DragOverlay, useSensor, useSensors } from '@dnd-kit/core'
import { type ReactNode, useMemo } from 'react'
import type { Editor } from '../../commands/command'
import { Ghosts } from './Ghosts'
import { Hold } from './hold'
import { Finger, Mouse } from './sensors'

const FIXED = 'textarea, input, [data-editing], button:not([data-item]), a'

/** Silent: what is said while dragging is ours (commands/aim.ts). */
const QUIET = {
  announcements: { onDragStart: () => undefined, onDragOver: () => undefined, onDragEnd: () => undefined, onDragCancel: () => undefined },
  screenReaderInstructions: { draggable: '' },
}

/** The whole map is one draggable; what is lifted is read from what was pressed. */
export function Drag({ editor, children }: { editor: Editor; children: ReactNode }) {
  const hold = useMemo(() => new Hold(editor), [editor])
  const rules = useMemo(() => rulesOf(editor), [editor])
  const sensors = useSensors(useSensor(Mouse, rules), useSensor(Finger, rules))
  return (
    <DndContext sensors={sensors} autoScroll={false} accessibility={QUIET} onDragStart={hold.start} onDragMove={hold.move} onDragEnd={hold.drop} onDragCancel={hold.putBack}>
      {children}
      <DragOverlay dropAnimation={null} className="ghosts" zIndex={40}>
        <Ghosts isCopy={hold.isCopy} />
      </DragOverlay>
    </DndContext>
  )
}

function rulesOf({ view }: Editor) {
  const frameOf = (target: Element) => target.closest<HTMLElement>('[data-frame]')
  return {
    mayLift: (target: Element) =>
      view.mayDraw && !view.carrying.get() && frameOf(target)?.dataset['hand'] === undefined && !target.closest(FIXED) && target.closest('[data-item], [data-feel]') !== null,
    isReady: (target: Element) => {
      const id = target.closest<HTMLElement>('[data-item]')?.dataset['item']
      return target.closest('[data-feel]') !== null || (id !== undefined && view.selection.get().has(id))
    },
  }
}
