/** How the map moves under the hand: pulled at its edges, held while it is zoomed. */
export const EDGE_ZONE = 56
const FASTEST = 18 // pixels a frame

/** How far to scroll in this frame when the pointer is near an end of what is in sight: eased, 0 in between. */
export function pull(at: number, from: number, to: number): number {
  const before = from + EDGE_ZONE - at
  const beyond = at - (to - EDGE_ZONE)
  if (to - from < 2 * EDGE_ZONE || Math.max(before, beyond) <= 0) return 0
  const how = Math.min(1, Math.max(before, beyond) / EDGE_ZONE)
  return Math.round(FASTEST * how * how * (before > beyond ? -1 : 1))
}

/** The scroll offset that keeps under the pointer what is there: `at` is the pointer within the frame. */
export function held(scroll: number, at: number, zoom: number, next: number): number {
  return ((scroll + at) / zoom) * next - at
}
