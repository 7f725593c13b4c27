/** Return a horizontal step as a step in time, which runs in reading direction: negated in right-to-left. */
export function flipForRtl(dx: number): number {
  return globalThis.document?.documentElement.dir === 'rtl' ? -dx : dx
}

/** Return the position of `x` along an element, from 0 at its inline start to 1 at its end. */
export function fractionAlong({ left, right, width }: DOMRect, x: number): number {
  return flipForRtl(1) > 0 ? (x - left) / width : (right - x) / width
}

/** Split a sentence at its “quotes”. Every second part is quoted user text, which has its own direction. */
export function splitQuotes(text: string): string[] {
  return text.split(/(?<=“)(.*)(?=”)/s)
}
