/** Scroll arithmetic: automatic scrolling near an edge, and zooming around the pointer. */
export const EDGE_ZONE_PX = 56
const MAX_SPEED_PX = 18 // per animation frame

/**
 * Return how far to scroll in this frame, eased by the pointer's distance to an end of the visible range; 0 away from
 * the ends.
 */
export function edgeScrollSpeed(at: number, from: number, to: number): number {
  const before = from + EDGE_ZONE_PX - at
  const beyond = at - (to - EDGE_ZONE_PX)
  if (to - from < 2 * EDGE_ZONE_PX || Math.max(before, beyond) <= 0) return 0
  const depth = Math.min(1, Math.max(before, beyond) / EDGE_ZONE_PX)
  return Math.round(MAX_SPEED_PX * depth * depth * (before > beyond ? -1 : 1))
}

/**
 * Return the scroll offset that keeps the content under the pointer in place. `at` is the pointer's position within the
 * frame.
 */
export function zoomAnchoredScroll(scroll: number, at: number, zoom: number, next: number): number {
  return ((scroll + at) / zoom) * next - at
}
