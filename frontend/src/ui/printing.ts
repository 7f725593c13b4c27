/**
 * The map on paper. A browser prints no more of a scrolled area than is in sight: before it prints, the
 * whole map is laid out over sheets, each a window on a copy of it, and afterwards taken away again.
 */
import type { Editor } from '../commands/command'
import { type Sheet, paperZoom, sheets } from '../layout/sheets'
import { COLUMN, HEAD } from '../layout/sizes'
import { gridOf } from './hands/surface'

/** What a landscape page has room for, on A4 and on Letter, without its margins and the line above the map. */
const PAPER = { width: 940, height: 620 }

export function watchPrinting(editor: Editor, frame: HTMLElement): () => void {
  let paper: HTMLElement | null = null
  const clear = () => {
    paper?.remove()
    paper = null
  }
  const lay = () => {
    clear()
    paper = paperOf(editor, gridOf(frame))
    document.body.append(paper)
  }
  window.addEventListener('beforeprint', lay)
  window.addEventListener('afterprint', clear)
  return () => {
    clear()
    window.removeEventListener('beforeprint', lay)
    window.removeEventListener('afterprint', clear)
  }
}

function paperOf(editor: Editor, grid: HTMLElement): HTMLElement {
  const { columns } = editor.order.get()
  const rest = grid.querySelector<HTMLElement>('.map-rest')?.offsetHeight ?? 0
  const zoom = paperZoom(grid.offsetHeight - rest, PAPER.height)
  const most = Math.max(1, Math.floor((PAPER.width / zoom - HEAD) / COLUMN))
  const cut = sheets(columns.map((column) => column.stage), most)
  const title = String(editor.store.get(editor.journey)?.fields['title'] ?? '')
  const paper = made('div', 'print-paper')
  paper.append(...cut.map((sheet, at) => sheetOf(grid, sheet, zoom, `${title} · ${at + 1} / ${cut.length}`)))
  return paper
}

function sheetOf(grid: HTMLElement, { from, to }: Sheet, zoom: number, name: string): HTMLElement {
  const [sheet, head, view] = [made('section', 'print-sheet'), made('p', 'print-name'), made('div', 'print-window')]
  head.textContent = name
  head.dir = 'auto'
  view.style.width = `${HEAD + (to - from) * COLUMN}px`
  view.style.zoom = String(zoom)
  view.append(windowOn(grid, from, to))
  sheet.append(head, view)
  return sheet
}

/** A copy of the map, moved so that the columns from `from` to `to` stand beside the heads of the rows. */
function windowOn(grid: HTMLElement, from: number, to: number): HTMLElement {
  const copy = grid.cloneNode(true) as HTMLElement
  copy.removeAttribute('id')
  copy.style.zoom = ''
  withOwnGradient(copy, `map-feel-${from}`)
  copy.style.setProperty('--print-from', `${from * COLUMN}px`)
  for (const cell of copy.querySelectorAll<HTMLElement>('[data-cell]')) {
    const column = Number(cell.getAttribute('aria-colindex')) - 2
    if (column < from || column >= to) cell.replaceChildren()
  }
  for (const row of copy.querySelectorAll('.map-stages, .map-answers')) keepInSight([...row.children].slice(1) as HTMLElement[], from, to)
  for (const promise of copy.querySelectorAll<HTMLElement>('.promise')) keepInSight([promise], from, to, Number(promise.getAttribute('aria-colindex')) - 2)
  return copy
}

/** The curve's colours are named by an id, and those of a map that is not displayed do not count. */
function withOwnGradient(copy: HTMLElement, id: string): void {
  copy.querySelector('linearGradient')?.setAttribute('id', id)
  for (const name of ['fill', 'stroke']) for (const path of copy.querySelectorAll(`[${name}^="url("]`)) path.setAttribute(name, `url(#${id})`)
}

/** Let what begins before a sheet, or goes on after it, say on the sheet what it is. */
function keepInSight(elements: readonly HTMLElement[], from: number, to: number, first = 0): void {
  let start = first
  for (const element of elements) {
    const end = start + Math.max(1, Number(element.getAttribute('aria-colspan')))
    if (start < from && end > from) element.style.paddingInlineStart = `${(from - start) * COLUMN + 6}px`
    if (end > to && start < to) element.style.paddingInlineEnd = `${(end - to) * COLUMN + 6}px`
    start = end
  }
}

function made(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = className
  return element
}
