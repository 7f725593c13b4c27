/** Time runs the way the page is read: where that is to the left, one to the right is one back. */
export function flipForRtl(dx: number): number {
  return globalThis.document?.documentElement.dir === 'rtl' ? -dx : dx
}

/** Where a point is along an element, from 0 where one begins to read to 1. */
export function fractionAlong({ left, right, width }: DOMRect, x: number): number {
  return flipForRtl(1) > 0 ? (x - left) / width : (right - x) / width
}

/**
 * A sentence in parts, each second one being what it quotes: “…” is always what somebody wrote, in their own direction.
 */
export function splitQuotes(text: string): string[] {
  return text.split(/(?<=“)(.*)(?=”)/s)
}
