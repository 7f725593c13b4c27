/** Animates dropped cards from the pointer to their place, without blocking anything. */
import type { Id } from '../../model/records'

const ANIMATION = { duration: 180, easing: 'cubic-bezier(.2,.8,.2,1)' }
const MIN_DISTANCE_PX = 3 // shorter distances are not animated

/** Record where the dragged cards are. Call the returned function after the drop to animate them. */
export function captureDropAnimation(): () => void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return () => undefined
  const startBoxes = [...document.querySelectorAll<HTMLElement>('[data-drag-card]')].map(
    (card) => [card.dataset['dragCard'] ?? '', card.getBoundingClientRect()] as const,
  )
  // After React has rendered, because the card may be in another cell.
  return () => void requestAnimationFrame(() => startBoxes.forEach(([id, from]) => animateDrop(id, from)))
}

function animateDrop(id: Id, from: DOMRect): void {
  const card = document.querySelector<HTMLElement>(`[data-grid] [data-item="${CSS.escape(id)}"]`)
  if (!card) return
  const to = card.getBoundingClientRect()
  const zoom = to.width / Math.max(card.offsetWidth, 1)
  const [x, y] = [(from.left - to.left) / zoom, (from.top - to.top) / zoom]
  if (Math.hypot(x, y) < MIN_DISTANCE_PX) return
  // Cells clip their contents; while a card lands, its cell does not.
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
