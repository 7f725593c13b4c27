/** An element of a drawing as it is sent and received, in Excalidraw's JSON format. */

export interface DrawnElement {
  readonly id: string
  readonly version: number
  readonly versionNonce: number
  readonly [property: string]: unknown
}

/** Return whether an element wins over another of the same id. Excalidraw and the server have the same rule. */
export function isNewer(element: DrawnElement, other: DrawnElement | undefined): boolean {
  if (!other) return true
  if (element.version !== other.version) return element.version > other.version
  return element.versionNonce < other.versionNonce
}

/**
 * Return the elements from the bottom to the top, by their fractional index. In any other order, Excalidraw would give
 * all of them a new one.
 */
export function inOrder(elements: readonly DrawnElement[]): DrawnElement[] {
  const key = ({ index, id }: DrawnElement) => `${String(index ?? '~')} ${id}`
  return [...elements].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** Return the element as it is sent. Its points are rounded, which halves the size of a stroke. */
export function toSend(element: DrawnElement): DrawnElement {
  const { points, pressures } = element
  return {
    ...element,
    ...(Array.isArray(points) ? { points: (points as number[][]).map((point) => point.map(round)) } : {}),
    ...(Array.isArray(pressures) ? { pressures: (pressures as number[]).map(round) } : {}),
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** The elements that the server has or will soon have, so that only changes are sent. */
export class KnownElements {
  private readonly known = new Map<string, DrawnElement>()

  /** Excalidraw changes its elements in place, so copies are kept. */
  add(elements: readonly DrawnElement[]): void {
    for (const element of elements) this.known.set(element.id, { ...element })
  }

  get(id: string): DrawnElement | undefined {
    return this.known.get(id)
  }

  changed<T extends DrawnElement>(elements: readonly T[]): T[] {
    return elements.filter((element) => {
      const known = this.known.get(element.id)
      return known?.version !== element.version || known.versionNonce !== element.versionNonce
    })
  }
}
