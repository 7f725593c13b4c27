/** When a press becomes a drag: a mouse by moving 4 px, a finger by resting 250 ms. */
import { PointerSensor, type PointerSensorOptions, type SensorProps, TouchSensor, type TouchSensorOptions } from '@dnd-kit/core'
import type { PointerEvent, TouchEvent } from 'react'

export interface Rules {
  /** Whether what was pressed can be lifted. */
  readonly mayLift: (target: Element) => boolean
  /** Whether it needs no waiting: a card that is selected. */
  readonly isReady: (target: Element) => boolean
}

type MouseOptions = PointerSensorOptions & Partial<Rules>
type FingerOptions = TouchSensorOptions & Partial<Rules>

/** Mouse and pen. */
export class Mouse extends PointerSensor {
  static activators = [
    {
      eventName: 'onPointerDown' as const,
      handler: ({ nativeEvent: event }: PointerEvent, { onActivation, mayLift }: MouseOptions) => {
        if (!event.isPrimary || event.button !== 0 || event.pointerType === 'touch' || !mayLift?.(event.target as Element)) return false
        onActivation?.({ event })
        return true
      },
    },
  ]

  constructor(props: SensorProps<MouseOptions>) {
    super({ ...props, options: { activationConstraint: { distance: 4 } } })
  }
}

export class Finger extends TouchSensor {
  static activators = [
    {
      eventName: 'onTouchStart' as const,
      handler: ({ nativeEvent: event }: TouchEvent, { onActivation, mayLift }: FingerOptions) => {
        if (event.touches.length > 1 || !mayLift?.(event.target as Element)) return false
        onActivation?.({ event })
        return true
      },
    },
  ]

  constructor(props: SensorProps<FingerOptions>) {
    const isReady = props.options.isReady?.(props.event.target as Element)
    super({ ...props, options: { activationConstraint: isReady ? { distance: 8 } : { delay: 250, tolerance: 8 } } })
  }
}
