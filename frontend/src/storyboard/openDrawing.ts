/**
 * The open drawing of a frame.
 *
 * Connects Excalidraw with its sync and the page's tools. Part of the chunk that loads Excalidraw.
 */
import {
  CaptureUpdateAction,
  exportToSvg,
  getCommonBounds,
  reconcileElements,
  viewportCoordsToSceneCoords,
} from '@excalidraw/excalidraw'
import type {
  ExcalidrawElement,
  ExcalidrawFrameElement,
  FileId,
  OrderedExcalidrawElement,
} from '@excalidraw/excalidraw/element/types'
import type {
  AppState,
  BinaryFileData,
  Collaborator,
  DataURL,
  ExcalidrawImperativeAPI,
  SocketId,
} from '@excalidraw/excalidraw/types'
import { gettext } from '../lib/i18n'
import { presenceColor } from '../model/labels'
import type { Fields, Id } from '../model/records'
import { ApiError, errorMessage } from '../sync/api'
import { LiveSocket } from '../sync/liveSocket'
import type { Storyboard } from './context'
import type { Drawing } from './drawingApi'
import { type DrawnElement, inOrder } from './drawnElement'
import { DrawingSession } from './drawingSession'
import { type Acting, type Figure, figurePicture, propPicture } from './library'
import {
  type ArtBox,
  type Box,
  PAPER_SIZE,
  cameraMove,
  centeredBox,
  fitInto,
  nearestToCenter,
  placeBox,
  standingBox,
} from './paper'
import * as scene from './scene'
import { withShortPaths } from './shortPaths'
import type { ShotSize } from './film'
import type { ClientPoint, Layering, OpenDrawing, Placeable, Tool } from './state'

/** Where another person's pointer is in this drawing, and what they have selected. */
interface DrawingPresence {
  readonly frame: Id
  readonly x: number | null
  readonly y: number | null
  readonly selected: readonly string[]
}

const EXCALIDRAW_TOOLS = {
  select: 'selection',
  pen: 'freedraw',
  marker: 'freedraw',
  eraser: 'eraser',
  text: 'text',
} as const
const MARKER = { opacity: 45, width: 5 } // of the pen's
const TEXT_SIZE = 28
const LONG_DECIMALS = /(\.\d\d)\d+/g // a hundredth of a unit can't be seen
const MAX_SELECTED_SENT = 50

export class FrameDrawing implements OpenDrawing {
  readonly session: DrawingSession
  private api: ExcalidrawImperativeAPI | null = null
  private socket: LiveSocket<DrawingPresence> | null = null
  private readonly cleanups: (() => void)[] = []
  private urls: Drawing['files'] = {}
  private container: HTMLElement | null = null
  private paperWidth: number = PAPER_SIZE.width
  private last: Pick<Parameters<typeof exportToSvg>[0], 'elements' | 'files'> | null = null // once detached

  constructor(
    private readonly board: Storyboard,
    readonly frame: Id,
    drawing: Id | null,
  ) {
    const { editor } = board
    this.session = new DrawingSession(board.api, board.journal, frame, drawing, {
      received: (elements, files) => this.receive(elements, files),
      refused: (reason) => {
        editor.ui.toast(gettext('The drawing wasn’t saved. {reason}', { reason }), { kind: 'brk' })
        void this.reload()
      },
      settled: (version) => void this.savePicture(version),
    })
  }

  /** Read the drawing. Return Excalidraw's initial data. */
  async open(): Promise<{ elements: readonly OrderedExcalidrawElement[]; files: BinaryFileData[] }> {
    const drawing = await this.session.open()
    this.urls = drawing.files
    const elements = this.withCurrentLooks(inOrder(drawing.elements) as unknown as OrderedExcalidrawElement[])
    return { elements, files: [...scene.missingFiles(elements, {}), ...(await this.uploads(elements, {}))] }
  }

  /** Connect to Excalidraw once it is mounted. */
  attach(api: ExcalidrawImperativeAPI, container: HTMLElement): void {
    if (this.api) return
    this.api = api
    this.container = container
    const { state, editor } = this.board
    const useTool = () => this.useTool(state.tool.get())
    this.cleanups.push(
      state.tool.subscribe(useTool),
      state.ink.subscribe(() => this.useInk()),
      state.width.subscribe(() => this.useInk()),
      this.session.drawing.subscribe(() => this.connect()),
      this.session.state.subscribe(() => this.board.drawingState.set(this.session.state.get())),
      // Someone else has created a drawing for the frame, or its own copy of a shared one.
      editor.store.subscribe(this.frame, () => this.session.follow(this.record['drawing'] as Id | null)),
    )
    if (editor.state.mayDraw && Number(this.record['drawn'] ?? 0) < this.session.version) this.session.requirePicture()
    this.connect()
    useTool()
    state.drawing.set(this)
    // A page that ends can't make a picture any more: the next one does.
    const onPageHide = () => void this.session.flush()
    window.addEventListener('pagehide', onPageHide)
    this.cleanups.push(() => window.removeEventListener('pagehide', onPageHide))
  }

  /** Take the last changes before Excalidraw is unmounted. */
  detach(): void {
    if (!this.api) return
    this.session.note(this.api.getSceneElementsIncludingDeleted() as unknown as DrawnElement[])
    this.last = { elements: this.api.getSceneElements(), files: this.api.getFiles() }
    this.api = null
  }

  /** Close the drawing. Unsent elements stay in the journal. */
  close(): void {
    const { state } = this.board
    this.cleanups.forEach((cleanup) => cleanup())
    this.socket?.stop()
    if (state.drawing.get() === this) state.drawing.set(null)
    state.selection.set(null)
    void this.session.leave().then(() => this.session.stop())
  }

  // -- from Excalidraw

  onChange = (elements: readonly OrderedExcalidrawElement[], app: AppState): void => {
    this.keepFitted(app)
    this.showSelection(elements, app)
    // Changes are sent once the pointer is released.
    if (!this.api || app.cursorButton === 'down' || app.newElement || app.editingTextElement) return
    const fitted = scene.fitBubbles(elements)
    if (fitted) return this.update(fitted, 'never')
    this.session.note(elements as unknown as DrawnElement[])
  }

  onPointerUpdate = ({ pointer }: { pointer: { x: number; y: number } }): void => {
    this.socket?.sendPresence({ x: Math.round(pointer.x), y: Math.round(pointer.y) })
  }

  /** Handle a press with one of our own tools. Excalidraw handles the others. */
  onPointerDown = (event: { clientX: number; clientY: number }): boolean => {
    const { state, editor } = this.board
    if (state.tool.get() !== 'bubble' || !editor.state.mayDraw) return false
    this.addBubble({ x: event.clientX, y: event.clientY })
    return true
  }

  get hasImageSelected(): boolean {
    const selected = this.api?.getAppState().selectedElementIds ?? {}
    return this.elements().some(({ id, type }) => type === 'image' && selected[id])
  }

  private showSelection(elements: readonly OrderedExcalidrawElement[], app: AppState): void {
    const ids = Object.keys(app.selectedElementIds)
    this.socket?.sendPresence({ selected: ids.slice(0, MAX_SELECTED_SENT) })
    const selected = elements.filter(({ id, isDeleted }) => app.selectedElementIds[id] && !isDeleted)
    const [first] = selected
    const { state } = this.board
    if (!first || app.editingTextElement || app.selectionElement) return state.selection.set(null)
    const [left, top, right, bottom] = getCommonBounds(selected)
    const box = {
      x: left / PAPER_SIZE.width,
      y: top / PAPER_SIZE.height,
      width: (right - left) / PAPER_SIZE.width,
      height: (bottom - top) / PAPER_SIZE.height,
    }
    const next = { id: first.id, figure: selected.length === 1 ? scene.figureOf(first) : undefined, box }
    const now = state.selection.get()
    const isSame = now?.figure === next.figure && JSON.stringify(now) === JSON.stringify(next)
    if (!isSame) state.selection.set(next)
  }

  // -- tools

  private useTool(tool: Tool): void {
    if (!this.api) return
    if (tool === 'bubble' || tool === 'picture' || tool === 'comment')
      this.api.setActiveTool({ type: 'custom', customType: tool })
    else this.api.setActiveTool({ type: EXCALIDRAW_TOOLS[tool], locked: tool !== 'text' && tool !== 'select' } as never)
    this.useInk()
  }

  private useInk(): void {
    const { state } = this.board
    const isMarker = state.tool.get() === 'marker'
    this.api?.updateScene({
      appState: {
        currentItemStrokeColor: state.ink.get(),
        currentItemStrokeWidth: state.width.get() * (isMarker ? MARKER.width : 1),
        currentItemOpacity: isMarker ? MARKER.opacity : 100,
        currentItemFontFamily: 5,
        currentItemFontSize: TEXT_SIZE,
        currentItemRoughness: 0,
      },
    })
  }

  /** Zoom the drawing to fill the container, which has the same aspect ratio. */
  fit = (width: number): void => {
    this.paperWidth = width
    this.api?.refresh()
    if (this.api) this.keepFitted(this.api.getAppState())
  }

  /** Excalidraw sets its own zoom when it has loaded, after it was fitted. */
  private keepFitted(app: AppState): void {
    const zoom = { value: Math.max(0.1, this.paperWidth / PAPER_SIZE.width) as never }
    if (app.zoom.value !== zoom.value || app.scrollX || app.scrollY)
      this.api?.updateScene({ appState: { zoom, scrollX: 0, scrollY: 0 } })
  }

  // -- actions of the shelf and the keyboard

  place(what: Placeable, at?: ClientPoint): void {
    if (what.kind === 'place') return this.placeBackground(what.name)
    const picture = what.kind === 'figure' ? figurePicture(what.figure) : propPicture(what.name)
    if (!picture) return
    const box = this.boxFor(picture, at)
    this.add(what.kind === 'figure' ? scene.figureElements(what.figure, box) : scene.propElements(what.name, box))
  }

  private boxFor(picture: ArtBox, at?: ClientPoint): Box {
    const taken = this.elements().filter((element) => element.type === 'image' && !element.locked)
    const box = standingBox(picture, this.size, taken)
    const point = at && this.toPaper(at)
    return point ? centeredBox(box.width, box.height, point.x, point.y) : box
  }

  private placeBackground(name: string): void {
    const [background, foreground] = scene.placeElements(name, placeBox(this.size))
    if (!this.api || !background) return
    const others = this.api
      .getSceneElementsIncludingDeleted()
      .map((element) => (element.customData?.['place'] ? scene.removed(element) : element))
    this.update([background, ...others, ...(foreground ? [foreground] : [])], 'undoable')
  }

  async addImage(file: Blob, at?: ClientPoint): Promise<void> {
    const { api, editor } = this.board
    try {
      const drawing = await this.session.own()
      const { file_id: id, url, width, height } = await api.upload(drawing, file)
      this.urls = { ...this.urls, [id]: { url } }
      const size = fitInto(width, height, { width: PAPER_SIZE.width * 0.6, height: PAPER_SIZE.height * 0.6 })
      const point = at ? this.toPaper(at) : { x: PAPER_SIZE.width / 2, y: PAPER_SIZE.height / 2 }
      const elements = scene.pictureElements(id, centeredBox(size.width, size.height, point.x, point.y))
      this.api?.addFiles(await this.uploads(elements, this.api.getFiles()))
      this.add(elements)
    } catch (error) {
      editor.ui.toast(gettext('Not added. {reason}', { reason: errorMessage(error) }), { kind: 'brk' })
    }
  }

  act(acting: Partial<Acting>): void {
    const id = this.board.state.selection.get()?.id
    if (!this.api || !id) return
    const elements = this.api
      .getSceneElementsIncludingDeleted()
      .map((element) => (element.id === id ? scene.withActing(element, acting) : element))
    this.update(elements, 'undoable')
  }

  removeSelected(): void {
    const selected = this.api?.getAppState().selectedElementIds ?? {}
    const elements = this.api
      ?.getSceneElementsIncludingDeleted()
      .map((element) => (selected[element.id] ? scene.removed(element) : element))
    if (elements) this.update(elements, 'undoable')
    this.focus()
  }

  arrange(to: Layering): void {
    if (!this.api) return
    const { selectedElementIds } = this.api.getAppState()
    this.update(scene.arranged(this.api.getSceneElementsIncludingDeleted(), selectedElementIds, to), 'undoable')
    this.focus()
  }

  changeSize(from: ShotSize, to: ShotSize): void {
    if (!this.api) return
    const elements = this.elements()
    const selected = this.board.state.selection.get()?.id
    const figures = elements.filter((element) => scene.figureOf(element))
    const subject = figures.find(({ id }) => id === selected) ?? nearestToCenter(figures)
    const place = elements.find((element) => element.customData?.['place'])
    const move = cameraMove(from, to, subject, place)
    const moved = this.api.getSceneElementsIncludingDeleted().map((element) => scene.withCamera(element, move))
    this.update(moved, 'undoable')
  }

  async restore(version: number): Promise<void> {
    const source = this.session.drawing.get() // shared until own() copies it
    const own = await this.session.own()
    await this.board.api.restore(own, version, source ?? own)
    await this.session.pull()
    this.session.requirePicture()
  }

  focus(): void {
    this.container?.querySelector<HTMLElement>('.excalidraw')?.focus()
  }

  private addBubble(at: ClientPoint): void {
    const { x, y } = this.toPaper(at)
    const words = gettext('Hello!')
    const elements = scene.bubbleElements('speech', words, x, y, this.board.state.ink.get())
    this.add(elements, elements.at(-1))
    this.board.state.tool.set('select')
    // Enter on a selected text opens it for typing.
    this.focus()
    const enter = new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true })
    setTimeout(() => this.container?.querySelector('.excalidraw')?.dispatchEvent(enter))
  }

  private add(elements: readonly ExcalidrawElement[], selected = elements[0]): void {
    if (!this.api || !selected) return
    this.api.addFiles(scene.missingFiles(elements, this.api.getFiles()))
    this.board.state.tool.set('select')
    this.api.updateScene({
      elements: [...this.api.getSceneElementsIncludingDeleted(), ...elements],
      appState: { selectedElementIds: { [selected.id]: true }, selectedGroupIds: {} },
      captureUpdate: CaptureUpdateAction.IMMEDIATELY,
    })
    this.focus()
  }

  private update(elements: readonly ExcalidrawElement[], history: 'undoable' | 'never'): void {
    if (!this.api) return
    this.api.addFiles(scene.missingFiles(elements, this.api.getFiles()))
    this.api.updateScene({
      elements,
      captureUpdate: history === 'never' ? CaptureUpdateAction.NEVER : CaptureUpdateAction.IMMEDIATELY,
    })
  }

  private elements(): readonly ExcalidrawElement[] {
    return this.api?.getSceneElements() ?? []
  }

  private get record(): Fields {
    return this.board.editor.store.get(this.frame)?.fields ?? {}
  }

  private get size(): ShotSize {
    return (this.record['size'] as ShotSize | undefined) ?? 'medium'
  }

  private toPaper({ x, y }: ClientPoint): { x: number; y: number } {
    const app = this.api?.getAppState()
    return app ? viewportCoordsToSceneCoords({ clientX: x, clientY: y }, app) : { x, y }
  }

  // -- together

  private connect(): void {
    this.socket?.stop()
    const drawing = this.session.drawing.get()
    if (drawing === null) return
    const { editor } = this.board
    const url = (editor.urls['drawing_socket'] ?? '').replace('{id}', drawing)
    const nothing: DrawingPresence = { frame: this.frame, x: null, y: null, selected: [] }
    const socket = new LiveSocket(
      url,
      this.session,
      { rights: () => undefined, ended: () => undefined },
      undefined,
      nothing,
    )
    this.socket = socket
    socket.peers.subscribe(() => this.showPeers(socket))
    socket.start()
  }

  private showPeers({ peers }: LiveSocket<DrawingPresence>): void {
    const styles = getComputedStyle(document.documentElement)
    const collaborators = [...peers.get().values()]
      .filter((peer) => peer.frame === this.frame)
      .map(({ c, name, x, y, selected }): [SocketId, Collaborator] => {
        const color = styles.getPropertyValue(`--p${presenceColor(name)}`)
        return [
          c as SocketId,
          {
            username: name,
            color: { background: color, stroke: color },
            selectedElementIds: Object.fromEntries(selected.map((id) => [id, true as const])),
            ...(x !== null && y !== null ? { pointer: { x, y, tool: 'pointer' as const } } : {}),
          },
        ]
      })
    this.api?.updateScene({ collaborators: new Map(collaborators) })
  }

  private receive(elements: readonly DrawnElement[], files: Drawing['files']): void {
    if (!this.api) return
    this.urls = { ...this.urls, ...files }
    const remote = elements as unknown as Parameters<typeof reconcileElements>[1]
    const local = this.api.getSceneElementsIncludingDeleted()
    const merged = reconcileElements(local, remote, this.api.getAppState())
    this.update(merged, 'never')
    void this.uploads(merged, this.api.getFiles()).then((uploads) => this.api?.addFiles(uploads))
  }

  /** Return the elements with each persona's current look. */
  private withCurrentLooks<T extends ExcalidrawElement>(elements: readonly T[]): T[] {
    return elements.map((element) => {
      const figure = scene.figureOf(element)
      const look = figure?.persona ? this.board.lookOf(figure.persona) : undefined
      if (!figure || !look || JSON.stringify(look) === JSON.stringify(figure.look)) return element
      return scene.withFigure(element, { ...figure, look } as Figure) as T
    })
  }

  /** Show the server's version of the drawing, without elements that it refused. */
  private async reload(): Promise<void> {
    const { elements, files } = await this.open()
    this.api?.addFiles(files)
    this.api?.updateScene({ elements, captureUpdate: CaptureUpdateAction.NEVER })
  }

  /** Load uploaded pictures that Excalidraw doesn't have yet. */
  private async uploads(
    elements: readonly ExcalidrawElement[],
    present: Readonly<Record<string, unknown>>,
  ): Promise<BinaryFileData[]> {
    const ids = new Set(
      elements.flatMap((element) => (element.type === 'image' && element.fileId ? [element.fileId] : [])),
    )
    const wanted = [...ids].filter((id) => !(id in present) && this.urls[id])
    const files = await Promise.all(wanted.map((id) => loadFile(id, this.urls[id]?.url ?? '').catch(() => null)))
    return files.filter((file) => file !== null)
  }

  /** Export the drawing as the picture that is shown outside of the editor. */
  private async savePicture(version: number): Promise<void> {
    const scene = this.api ? { elements: this.api.getSceneElements(), files: this.api.getFiles() } : this.last
    if (!scene) return
    const paper = { id: 'paper', type: 'frame', x: 0, y: 0, angle: 0, ...PAPER_SIZE, groupIds: [], boundElements: null }
    const svg = (await exportToSvg({
      ...scene,
      appState: { exportBackground: false },
      exportingFrame: paper as unknown as ExcalidrawFrameElement,
      skipInliningFonts: true,
    })) as SVGSVGElement
    const text = withShortPaths(new XMLSerializer().serializeToString(svg)).replace(LONG_DECIMALS, '$1')
    await this.board.api.savePicture(this.frame, text, version).catch((error: unknown) => {
      const isTooLarge = error instanceof ApiError && error.status === 413 // otherwise, the next one will do
      const reason = gettext('This frame has too many strokes for a new picture. Others see it as it was.')
      if (isTooLarge) this.board.editor.ui.toast(reason, { kind: 'brk' })
    })
  }
}

async function loadFile(id: string, url: string): Promise<BinaryFileData> {
  const blob = await (await fetch(url, { credentials: 'same-origin' })).blob()
  const data = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
  return {
    id: id as FileId,
    mimeType: blob.type as BinaryFileData['mimeType'],
    dataURL: data as DataURL,
    created: Date.now(),
  }
}
