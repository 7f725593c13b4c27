/** Sensors that decide when a press becomes a drag: a mouse after 4 px, a finger after 250 ms. */
import {
  PointerSensor,
  type PointerSensorOptions,
  type SensorProps,
  TouchSensor,
  type TouchSensorOptions,
} from '@dnd-kit/core'
import type { PointerEvent, TouchEvent } from 'react'

export interface DragRules {
  /** Whether the pressed element can be dragged. */
  readonly canDrag: (target: Element) => boolean
  /** Whether a touch can start the drag without a delay, as on a selected card. */
  readonly startsAtOnce: (target: Element) => boolean
}

type MouseOptions = PointerSensorOptions & Partial<DragRules>
type TouchOptions = TouchSensorOptions & Partial<DragRules>

/** Starts drags with a mouse or pen. Touch is left to LongPressTouchSensor. */
export class MouseAndPenSensor extends PointerSensor {
  static activators = [
    {
      eventName: 'onPointerDown' as const,
      handler: ({ nativeEvent: event }: PointerEvent, { onActivation, canDrag }: MouseOptions) => {
        if (
          !event.isPrimary ||
          event.button !== 0 ||
          event.pointerType === 'touch' ||
          !canDrag?.(event.target as Element)
        )
          return false
        onActivation?.({ event })
        return true
      },
    },
  ]

  constructor(props: SensorProps<MouseOptions>) {
    super({ ...props, options: { activationConstraint: { distance: 4 } } })
  }
}

export class LongPressTouchSensor extends TouchSensor {
  static activators = [
    {
      eventName: 'onTouchStart' as const,
      handler: ({ nativeEvent: event }: TouchEvent, { onActivation, canDrag }: TouchOptions) => {
        if (event.touches.length > 1 || !canDrag?.(event.target as Element)) return false
        onActivation?.({ event })
        return true
      },
    },
  ]

  constructor(props: SensorProps<TouchOptions>) {
    const isReady = props.options.startsAtOnce?.(props.event.target as Element)
    super({ ...props, options: { activationConstraint: isReady ? { distance: 8 } : { delay: 250, tolerance: 8 } } })
  }
}
