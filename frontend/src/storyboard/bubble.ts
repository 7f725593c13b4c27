/** Speech and thought bubbles: a picture and a text, grouped. The picture is fitted to the size of the text. */
import { speechBubble, thoughtBubble } from './art/bubbles'
import { type Box, artScale } from './paper'

export type BubbleKind = 'speech' | 'thought'

/** A bubble as it is stored in the element's `customData`: its kind and its inner size. */
export interface Bubble {
  readonly kind: BubbleKind
  readonly width: number
  readonly height: number
}

const ART_UNITS = 1 / artScale('medium') // in a unit of the paper
const PADDING = { x: 40, y: 30 }
const TAIL = { share: 0.42, length: 46 }

/** Return the bubble around a text. Its size is rounded, so that similar ones share a picture. */
export function bubbleAround(kind: BubbleKind, text: Box): Bubble {
  return { kind, width: roundUp(text.width + 2 * PADDING.x), height: roundUp(text.height + 2 * PADDING.y) }
}

/** Return the box of a bubble's picture around the centered text. */
export function bubbleBox(bubble: Bubble, text: Box): Box {
  const [left, top, width, height] = drawn(bubble).frame.map((number) => number / ART_UNITS) as [
    number,
    number,
    number,
    number,
  ]
  const x = text.x + text.width / 2 - bubble.width / 2 + left
  const y = text.y + text.height / 2 - bubble.height / 2 + top
  return { x, y, width, height }
}

export function bubbleSvg(bubble: Bubble): string {
  return drawn(bubble).svg
}

/** Return the id of a bubble's picture. */
export function bubbleFileId({ kind, width, height }: Bubble): string {
  return `prop-bubble-${kind}-${width}-${height}`
}

function drawn({ kind, width, height }: Bubble) {
  const [w, h] = [width * ART_UNITS, height * ART_UNITS]
  const draw = kind === 'speech' ? speechBubble : thoughtBubble
  return draw(w, h, [w * TAIL.share, h + TAIL.length * ART_UNITS])
}

function roundUp(size: number): number {
  return Math.ceil(size / 10) * 10
}
