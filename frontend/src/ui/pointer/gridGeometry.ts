/** Measures the map on the screen, for the arithmetic of layout/hitTest.ts. */
import type { Editor } from '../../commands/command'
import type { RowExtent, Box, Point, GridGeometry } from '../../layout/hitTest'
import { COLUMN_WIDTH, ROW_HEADER_WIDTH, STAGE_HEADER_HEIGHT, STEP_HEADER_HEIGHT } from '../../layout/sizes'

const STICKY_ROWS = new Set(['stages', 'steps', 'owners']) // always visible, and never a drop target

export function gridElement(frame: HTMLElement): HTMLElement {
  return frame.querySelector('[data-grid]') as HTMLElement
}

export function measureGrid(editor: Editor, frame: HTMLElement): GridGeometry {
  const grid = gridElement(frame)
  const gridBox = grid.getBoundingClientRect()
  const zoom = editor.state.zoom.get()
  const isRtl = getComputedStyle(grid).direction === 'rtl'
  const rows = [...grid.querySelectorAll<HTMLElement>('[data-rowkey]')].flatMap((row): RowExtent[] => {
    const key = row.dataset['rowkey'] ?? ''
    if (STICKY_ROWS.has(key)) return []
    const box = row.getBoundingClientRect()
    return [{ key, start: (box.top - gridBox.top) / zoom, end: (box.bottom - gridBox.top) / zoom }]
  })
  const edges = Array.from(
    { length: editor.outline.get().columns.length + 1 },
    (_, at) => ROW_HEADER_WIDTH + at * COLUMN_WIDTH,
  )
  return { x: isRtl ? gridBox.right : gridBox.left, y: gridBox.top, zoom, isRtl, edges, rows }
}

export interface VisibleArea {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Return the part of the frame where cells are visible, between the sticky headers. */
export function visibleArea(editor: Editor, frame: HTMLElement): VisibleArea {
  const { left, top, right, bottom } = frame.getBoundingClientRect()
  const zoom = editor.state.zoom.get()
  const headerWidth = ROW_HEADER_WIDTH * zoom
  const ownersTop = frame.querySelector('[data-rowkey="owners"]')?.getBoundingClientRect().top ?? bottom
  const isRtl = getComputedStyle(frame).direction === 'rtl'
  return {
    left: isRtl ? left : left + headerWidth,
    right: isRtl ? right - headerWidth : right,
    top: top + (STAGE_HEADER_HEIGHT + STEP_HEADER_HEIGHT) * zoom,
    bottom: Math.min(bottom, ownersTop),
  }
}

export function contains({ left, right, top, bottom }: VisibleArea, { x, y }: Point): boolean {
  return x >= left && x < right && y >= top && y < bottom
}

/** Return the boxes of elements relative to a container, in its own pixels. */
export function relativeBoxes(container: HTMLElement, elements: readonly Element[], zoom: number): Box[] {
  const base = container.getBoundingClientRect()
  return elements.map((element) => {
    const { left, top, width, height } = element.getBoundingClientRect()
    return {
      start: (left - base.left) / zoom,
      top: (top - base.top) / zoom,
      width: width / zoom,
      height: height / zoom,
    }
  })
}
