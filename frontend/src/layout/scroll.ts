/** How the map moves under the hand: pulled at its edges, held while it is zoomed. */
export const EDGE_ZONE_PX = 56
const MAX_SPEED_PX = 18 // pixels a frame

/** How far to scroll in this frame when the pointer is near an end of what is in sight: eased, 0 in between. */
export function edgeScrollSpeed(at: number, from: number, to: number): number {
  const before = from + EDGE_ZONE_PX - at
  const beyond = at - (to - EDGE_ZONE_PX)
  if (to - from < 2 * EDGE_ZONE_PX || Math.max(before, beyond) <= 0) return 0
  const depth = Math.min(1, Math.max(before, beyond) / EDGE_ZONE_PX)
  return Math.round(MAX_SPEED_PX * depth * depth * (before > beyond ? -1 : 1))
}

/** The scroll offset that keeps under the pointer what is there: `at` is the pointer within the frame. */
export function zoomAnchoredScroll(scroll: number, at: number, zoom: number, next: number): number {
  return ((scroll + at) / zoom) * next - at
}
