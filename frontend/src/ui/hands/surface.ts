/** What the page knows of the map's place on the screen, for layout/hit.ts to reckon with. */
import type { Editor } from '../../commands/command'
import type { Band, Box, Point, Surface } from '../../layout/hit'
import { COLUMN, HEAD, STAGE_HEAD, STEP_HEAD } from '../../layout/sizes'

const HEADS = new Set(['stages', 'steps', 'answers']) // they stay in sight, and nothing goes there

export function gridOf(frame: HTMLElement): HTMLElement {
  return frame.querySelector('[data-grid]') as HTMLElement
}

export function surfaceOf(editor: Editor, frame: HTMLElement): Surface {
  const grid = gridOf(frame)
  const ground = grid.getBoundingClientRect()
  const zoom = editor.view.zoom.get()
  const isRtl = getComputedStyle(grid).direction === 'rtl'
  const rows = [...grid.querySelectorAll<HTMLElement>('[data-rowkey]')].flatMap((row): Band[] => {
    const key = row.dataset['rowkey'] ?? ''
    if (HEADS.has(key)) return []
    const box = row.getBoundingClientRect()
    return [{ key, start: (box.top - ground.top) / zoom, end: (box.bottom - ground.top) / zoom }]
  })
  const edges = Array.from({ length: editor.order.get().columns.length + 1 }, (_, at) => HEAD + at * COLUMN)
  return { x: isRtl ? ground.right : ground.left, y: ground.top, zoom, isRtl, edges, rows }
}

export interface Sight {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The part of the frame in which cells are seen, between the heads that stay in sight. */
export function sightOf(editor: Editor, frame: HTMLElement): Sight {
  const { left, top, right, bottom } = frame.getBoundingClientRect()
  const zoom = editor.view.zoom.get()
  const head = HEAD * zoom
  const answers = frame.querySelector('[data-rowkey="answers"]')?.getBoundingClientRect().top ?? bottom
  const isRtl = getComputedStyle(frame).direction === 'rtl'
  return { left: isRtl ? left : left + head, right: isRtl ? right - head : right, top: top + (STAGE_HEAD + STEP_HEAD) * zoom, bottom: Math.min(bottom, answers) }
}

export function isIn({ left, right, top, bottom }: Sight, { x, y }: Point): boolean {
  return x >= left && x < right && y >= top && y < bottom
}

/** Where elements are, relative to another one, in its own pixels. */
export function boxesIn(ground: HTMLElement, elements: readonly Element[], zoom: number): Box[] {
  const base = ground.getBoundingClientRect()
  return elements.map((element) => {
    const { left, top, width, height } = element.getBoundingClientRect()
    return { start: (left - base.left) / zoom, top: (top - base.top) / zoom, width: width / zoom, height: height / zoom }
  })
}
