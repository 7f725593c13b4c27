import { DndContext, DragOverlay, useSensor, useSensors } from '@dnd-kit/core'
import { type ReactNode, useMemo } from 'react'
import type { Editor } from '../../commands/command'
import { DragPreview } from './DragPreview'
import { DragSession } from './dragSession'
import { LongPressTouchSensor, MouseAndPenSensor } from './sensors'

const NOT_DRAGGABLE = 'textarea, input, [data-editing], button:not([data-item]), a'

/** Silences dnd-kit's announcements: commands/dropTarget.ts provides our own. */
const SILENT = {
  announcements: {
    onDragStart: () => undefined,
    onDragOver: () => undefined,
    onDragEnd: () => undefined,
    onDragCancel: () => undefined,
  },
  screenReaderInstructions: { draggable: '' },
}

/** Makes the whole map one draggable. What is dragged follows from the pressed element. */
export function DragLayer({ editor, children }: { editor: Editor; children: ReactNode }) {
  const session = useMemo(() => new DragSession(editor), [editor])
  const rules = useMemo(() => dragRules(editor), [editor])
  const sensors = useSensors(useSensor(MouseAndPenSensor, rules), useSensor(LongPressTouchSensor, rules))
  return (
    <DndContext
      sensors={sensors}
      autoScroll={false}
      accessibility={SILENT}
      onDragStart={session.start}
      onDragMove={session.move}
      onDragEnd={session.drop}
      onDragCancel={session.cancel}
    >
      {children}
      <DragOverlay dropAnimation={null} className="drag-preview" zIndex={40}>
        <DragPreview isCopy={session.isCopy} />
      </DragOverlay>
    </DndContext>
  )
}

function dragRules({ state }: Editor) {
  const frameOf = (target: Element) => target.closest<HTMLElement>('[data-frame]')
  return {
    canDrag: (target: Element) =>
      state.mayDraw &&
      !state.carried.get() &&
      frameOf(target)?.dataset['pan'] === undefined &&
      !target.closest(NOT_DRAGGABLE) &&
      target.closest('[data-item], [data-emotion-point]') !== null,
    startsAtOnce: (target: Element) => {
      const id = target.closest<HTMLElement>('[data-item]')?.dataset['item']
      return target.closest('[data-emotion-point]') !== null || (id !== undefined && state.selection.get().has(id))
    },
  }
}
