/** Finds the drop target at a point, with its indicators and its announcement. */
import { gettext } from '../lib/i18n'
import { emotionAtY } from '../layout/emotionCurve'
import {
  type Box,
  type Hit,
  type Point,
  type GridGeometry,
  hitTest,
  toMapPoint,
  rowAt,
  slotAt,
  slotLineY,
} from '../layout/hitTest'
import { COLUMN_PADDING, STACK_LAYOUTS, STAGE_HEADER_HEIGHT } from '../layout/sizes'
import { isA } from '../model/records'
import { emotionLabel } from '../model/labels'
import type { DropPreview, DragItem, DropIndicator } from '../store/dragState'
import type { Editor } from './command'
import { isLane, itemsInCell } from './gridNavigation'
import { columnOf, rowName, describeCell, describePromise, titleOf } from './positionText'

const LINE_WIDTH_PX = 2

/**
 * Return where a drag would drop. `heldBorder` is the border between two columns where the pointer has stayed, so that
 * a new step is meant.
 */
export function findDropTarget(
  editor: Editor,
  item: DragItem,
  geometry: GridGeometry,
  point: Point,
  heldBorder: number | null,
): DropPreview | null {
  if (item.kind === 'lane') return lanePreview(editor, item, geometry, point)
  const isCard = item.kind === 'touchpoint' || item.kind === 'note' || item.kind === 'measure'
  const hit = hitTest(geometry, point, !isCard)
  if (!hit) return null
  if (item.kind === 'step') return stepPreview(editor, item, geometry, hit)
  if (item.kind === 'stage') return stagePreview(editor, geometry, hit)
  if (item.kind === 'promise') return promisePreview(editor, item, geometry, hit)
  if (item.kind === 'feeling') return emotionPreview(item, geometry, point)
  return cellPreview(editor, item, item.kind, geometry, hit, heldBorder)
}

function cellPreview(
  editor: Editor,
  item: DragItem,
  kind: keyof typeof STACK_LAYOUTS,
  geometry: GridGeometry,
  hit: Hit,
  heldBorder: number | null,
): DropPreview | null {
  const row = kind === 'touchpoint' ? hit.row : `${kind}s`
  if (row === null || (kind === 'touchpoint' && !isLane(editor, row))) return null
  const extent = geometry.rows.find((extent) => extent.key === row)
  const step = editor.outline.get().columns[hit.column]?.step
  if (!extent || step === undefined) return null
  const [from, to] = [geometry.edges[hit.column] ?? 0, geometry.edges[hit.column + 1] ?? 0]
  const borderIndicators =
    hit.border === null ? [] : [verticalIndicator(geometry, hit.border, hit.border === heldBorder ? 'new' : 'maybe')]
  const chip = chipText(editor, item, row)
  if (hit.border !== null && hit.border === heldBorder) {
    return {
      target: { kind: 'new-step', row, border: heldBorder },
      indicators: borderIndicators,
      border: heldBorder,
      chip: gettext('New step'),
      announcement: heldBorder
        ? gettext('New step after step {n}.', { n: heldBorder })
        : gettext('New step before the first step.'),
    }
  }
  const cards = itemsInCell(editor, row, step)
  const isCollapsed = editor.state.rows.get().collapsed.includes(row)
  const slot = isCollapsed || hit.row !== row ? cards.length : slotAt(STACK_LAYOUTS[kind], cards.length, hit.offsetY)
  const cell: Box = { start: from, top: extent.start, width: to - from, height: extent.end - extent.start }
  const indicator: DropIndicator =
    cards.length && !isCollapsed
      ? {
          shape: 'line',
          start: from,
          top: extent.start + slotLineY(STACK_LAYOUTS[kind], slot) - LINE_WIDTH_PX / 2,
          width: to - from,
          height: LINE_WIDTH_PX,
        }
      : { shape: 'cell', ...cell }
  const others = cards.filter((id) => !item.ids.includes(id))
  const rank = cards.slice(0, slot).filter((id) => !item.ids.includes(id)).length + 1
  return {
    target: { kind: 'cell', row, column: hit.column, slot },
    indicators: [indicator, ...borderIndicators],
    border: hit.border,
    chip,
    announcement: gettext('{place}. Position {n} of {count}.', {
      place: describeCell(editor, row, hit.column),
      n: rank,
      count: others.length + 1,
    }),
  }
}

/** Return a label such as "Network → Care" if the department would change, otherwise ''. */
function chipText(editor: Editor, item: DragItem, row: string): string {
  const home = String(editor.store.get(item.id)?.fields['lane'] ?? row)
  return home === row ? '' : `${rowName(editor, home)} → ${rowName(editor, row)}`
}

function verticalIndicator(
  { edges, rows }: GridGeometry,
  border: number,
  shape: DropIndicator['shape'],
): DropIndicator {
  const bottom = rows.at(-1)?.end ?? 0
  return {
    shape,
    start: (edges[border] ?? 0) - LINE_WIDTH_PX / 2,
    top: STAGE_HEADER_HEIGHT,
    width: LINE_WIDTH_PX,
    height: bottom - STAGE_HEADER_HEIGHT,
  }
}

function stepPreview(
  editor: Editor,
  item: DragItem,
  geometry: GridGeometry,
  { column, columnFraction }: Hit,
): DropPreview | null {
  const { columns } = editor.outline.get()
  const [here, home] = [columns[column], columns[columnOf(editor, item.id)]]
  if (!here) return null
  const isAfter = columnFraction >= 0.5
  const chip =
    home && home.stage !== here.stage ? `${titleOf(editor, home.stage)} → ${titleOf(editor, here.stage)}` : ''
  const titles = { step: titleOf(editor, here.step), stage: titleOf(editor, here.stage) }
  const announcement = isAfter
    ? gettext('After {step}, stage {stage}.', titles)
    : gettext('Before {step}, stage {stage}.', titles)
  return {
    target: { kind: 'column', column, isAfter },
    indicators: [verticalIndicator(geometry, column + (isAfter ? 1 : 0), 'new')],
    border: null,
    chip,
    announcement,
  }
}

function stagePreview(editor: Editor, geometry: GridGeometry, { column, columnFraction }: Hit): DropPreview | null {
  const { columns } = editor.outline.get()
  const stage = columns[column]?.stage
  if (stage === undefined) return null
  const first = columns.findIndex((column) => column.stage === stage)
  const last = columns.findLastIndex((column) => column.stage === stage)
  const isAfter = column + columnFraction >= (first + last + 1) / 2
  const title = titleOf(editor, stage)
  const announcement = isAfter
    ? gettext('After stage {title}.', { title })
    : gettext('Before stage {title}.', { title })
  return {
    target: { kind: 'column', column: isAfter ? last : first, isAfter },
    indicators: [{ ...verticalIndicator(geometry, isAfter ? last + 1 : first, 'new'), top: 0 }],
    border: null,
    chip: '',
    announcement,
  }
}

function lanePreview(editor: Editor, item: DragItem, geometry: GridGeometry, point: Point): DropPreview | null {
  const { row, fraction } = rowAt(geometry, point)
  const extent = geometry.rows.find((extent) => extent.key === row)
  if (row === null || !extent || !isLane(editor, row)) return null
  const isAfter = fraction >= 0.5
  const indicator: DropIndicator = {
    shape: 'row',
    start: 0,
    top: (isAfter ? extent.end : extent.start) - LINE_WIDTH_PX / 2,
    width: geometry.edges.at(-1) ?? 0,
    height: LINE_WIDTH_PX,
  }
  return {
    target: { kind: 'lane', lane: row, isAfter },
    indicators: [indicator],
    border: null,
    chip: '',
    announcement: laneAnnouncement(editor, item, row, isAfter),
  }
}

function laneAnnouncement(editor: Editor, item: DragItem, row: string, isAfter: boolean): string {
  const name = rowName(editor, row)
  if (row === item.id) return gettext('In its original place.')
  return isAfter ? gettext('Below {name}.', { name }) : gettext('Above {name}.', { name })
}

function promisePreview(
  editor: Editor,
  dragged: DragItem,
  geometry: GridGeometry,
  { column }: Hit,
): DropPreview | null {
  const item = editor.store.get(dragged.id)
  const extent = geometry.rows.find((row) => row.key === 'promises')
  if (!isA(item, 'promise') || !extent) return null
  let [made, tested] = [columnOf(editor, item.fields.made_in), columnOf(editor, item.fields.tested_in)]
  const lastColumn = editor.outline.get().columns.length - 1
  // A promise is tested in the same or a later step, so one end cannot be dragged past the other.
  if (dragged.end === 'made_in') made = Math.min(column, Math.max(tested, made))
  else if (dragged.end === 'tested_in') tested = Math.max(column, Math.min(made, tested))
  else {
    const by = Math.max(-Math.min(made, tested), Math.min(lastColumn - Math.max(made, tested), column - dragged.column))
    ;[made, tested] = [made + by, tested + by]
  }
  const [from, to] = [geometry.edges[Math.min(made, tested)] ?? 0, geometry.edges[Math.max(made, tested) + 1] ?? 0]
  const chip = describePromise(made, tested)
  return {
    target: { kind: 'ends', made, tested },
    indicators: [
      {
        shape: 'bar',
        start: from + COLUMN_PADDING,
        top: extent.start,
        width: to - from - 2 * COLUMN_PADDING,
        height: extent.end - extent.start,
      },
    ],
    border: null,
    chip,
    announcement: `${chip}.`,
  }
}

function emotionPreview(item: DragItem, geometry: GridGeometry, point: Point): DropPreview | null {
  const extent = geometry.rows.find((row) => row.key === 'emotions')
  if (!extent) return null
  const value = emotionAtY(toMapPoint(geometry, point).y - extent.start)
  return {
    target: { kind: 'feeling', column: item.column, value },
    indicators: [],
    border: null,
    chip: emotionLabel(value),
    announcement: `${emotionLabel(value)}.`,
  }
}

/** Return the type of the records in a row. */
export function cardTypeOfRow(row: string): keyof typeof STACK_LAYOUTS {
  return row === 'notes' ? 'note' : row === 'measures' ? 'measure' : 'touchpoint'
}
