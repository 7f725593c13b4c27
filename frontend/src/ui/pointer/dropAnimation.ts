/** What the hand lets go of goes the last way to its place by itself, and holds up nothing meanwhile. */
import type { Id } from '../../model/records'

const ANIMATION = { duration: 180, easing: 'cubic-bezier(.2,.8,.2,1)' }
const MIN_DISTANCE_PX = 3 // pixels that need no way

/** Remember where the hand holds everything; the returned function is called when it has been put down. */
export function captureDropAnimation(): () => void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return () => undefined
  const startBoxes = [...document.querySelectorAll<HTMLElement>('[data-drag-card]')].map(
    (ghost) => [ghost.dataset['dragCard'] ?? '', ghost.getBoundingClientRect()] as const,
  )
  // React draws first: the card may stand in another cell by then.
  return () => void requestAnimationFrame(() => startBoxes.forEach(([id, from]) => animateDrop(id, from)))
}

function animateDrop(id: Id, from: DOMRect): void {
  const card = document.querySelector<HTMLElement>(`[data-grid] [data-item="${CSS.escape(id)}"]`)
  if (!card) return
  const to = card.getBoundingClientRect()
  const zoom = to.width / Math.max(card.offsetWidth, 1)
  const [x, y] = [(from.left - to.left) / zoom, (from.top - to.top) / zoom]
  if (Math.hypot(x, y) < MIN_DISTANCE_PX) return
  // A cell draws nothing beyond its edges; while a card comes, its own does.
  const cell = card.closest<HTMLElement>('[data-cell]')
  cell?.classList.add('is-landing')
  card
    .animate(
      [
        { transform: `translate(${x}px, ${y}px)`, zIndex: 4 },
        { transform: 'none', zIndex: 4 },
      ],
      ANIMATION,
    )
    .finished.then(
      () => cell?.classList.remove('is-landing'),
      () => cell?.classList.remove('is-landing'),
    )
}
