/**
 * Printing the map. Browsers print only the visible part of a scrolled area. Before printing, the whole map is
 * therefore laid out as sheets, each a window onto a copy of it, which are removed afterwards.
 */
import type { Editor } from '../commands/command'
import { titleOf } from '../commands/positionText'
import { type PrintSheet, printZoom, splitIntoSheets } from '../layout/printSheets'
import { COLUMN_WIDTH, ROW_HEADER_WIDTH } from '../layout/sizes'
import { gridElement } from './pointer/gridGeometry'

/** The printable area of a landscape page, on A4 and Letter, without margins and title line. */
const PAGE_SIZE_PX = { width: 940, height: 620 }

export function watchPrinting(editor: Editor, frame: HTMLElement): () => void {
  let pages: HTMLElement | null = null
  const clear = () => {
    pages?.remove()
    pages = null
  }
  const buildPages = () => {
    clear()
    pages = buildPrintPages(editor, gridElement(frame))
    document.body.append(pages)
  }
  window.addEventListener('beforeprint', buildPages)
  window.addEventListener('afterprint', clear)
  return () => {
    clear()
    window.removeEventListener('beforeprint', buildPages)
    window.removeEventListener('afterprint', clear)
  }
}

function buildPrintPages(editor: Editor, grid: HTMLElement): HTMLElement {
  const { columns } = editor.outline.get()
  const fillerHeight = grid.querySelector<HTMLElement>('.map-filler')?.offsetHeight ?? 0
  const zoom = printZoom(grid.offsetHeight - fillerHeight, PAGE_SIZE_PX.height)
  const maxColumns = Math.max(1, Math.floor((PAGE_SIZE_PX.width / zoom - ROW_HEADER_WIDTH) / COLUMN_WIDTH))
  const sheets = splitIntoSheets(
    columns.map((column) => column.stage),
    maxColumns,
  )
  const title = titleOf(editor, editor.journey)
  const pages = createElement('div', 'print-pages')
  pages.append(...sheets.map((sheet, at) => buildSheet(grid, sheet, zoom, `${title} · ${at + 1} / ${sheets.length}`)))
  return pages
}

function buildSheet(grid: HTMLElement, { from, to }: PrintSheet, zoom: number, name: string): HTMLElement {
  const [sheet, head, view] = [
    createElement('section', 'print-sheet'),
    createElement('p', 'print-name'),
    createElement('div', 'print-window'),
  ]
  head.textContent = name
  head.dir = 'auto'
  view.style.width = `${ROW_HEADER_WIDTH + (to - from) * COLUMN_WIDTH}px`
  view.style.zoom = String(zoom)
  view.append(clonedGrid(grid, from, to))
  sheet.append(head, view)
  return sheet
}

/** Return a copy of the map, shifted so that the columns from `from` to `to` are beside the row headers. */
function clonedGrid(grid: HTMLElement, from: number, to: number): HTMLElement {
  const copy = grid.cloneNode(true) as HTMLElement
  copy.removeAttribute('id')
  copy.style.zoom = ''
  setGradientId(copy, `map-feel-${from}`)
  copy.style.setProperty('--print-from', `${from * COLUMN_WIDTH}px`)
  for (const cell of copy.querySelectorAll<HTMLElement>('[data-cell]')) {
    const column = Number(cell.getAttribute('aria-colindex')) - 2
    if (column < from || column >= to) cell.replaceChildren()
  }
  for (const row of copy.querySelectorAll('.map-stages, .map-owners'))
    padIntoView([...row.children].slice(1) as HTMLElement[], from, to)
  for (const promise of copy.querySelectorAll<HTMLElement>('.promise'))
    padIntoView([promise], from, to, Number(promise.getAttribute('aria-colindex')) - 2)
  return copy
}

/** The curve refers to its gradient by id, and gradients of elements that are not displayed do not work. */
function setGradientId(copy: HTMLElement, id: string): void {
  copy.querySelector('linearGradient')?.setAttribute('id', id)
  for (const name of ['fill', 'stroke'])
    for (const path of copy.querySelectorAll(`[${name}^="url("]`)) path.setAttribute(name, `url(#${id})`)
}

/** Pad elements that extend beyond a sheet so that their text is visible on it. */
function padIntoView(elements: readonly HTMLElement[], from: number, to: number, first = 0): void {
  let start = first
  for (const element of elements) {
    const end = start + Math.max(1, Number(element.getAttribute('aria-colspan')))
    if (start < from && end > from) element.style.paddingInlineStart = `${(from - start) * COLUMN_WIDTH + 6}px`
    if (end > to && start < to) element.style.paddingInlineEnd = `${(end - to) * COLUMN_WIDTH + 6}px`
    start = end
  }
}

function createElement(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = className
  return element
}
