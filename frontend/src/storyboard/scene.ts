/** Create and change the elements of a drawing. Part of the chunk that loads Excalidraw. */
import { convertToExcalidrawElements, newElementWith } from '@excalidraw/excalidraw'
import type { ExcalidrawElement, ExcalidrawImageElement, FileId } from '@excalidraw/excalidraw/element/types'
import type { BinaryFileData, DataURL } from '@excalidraw/excalidraw/types'
import { type Bubble, type BubbleKind, bubbleAround, bubbleBox, bubbleFileId, bubbleSvg } from './bubble'
import { type Layer, placeLayers } from './art/places'
import { type Acting, type Figure, dataUrl, figureFileId, figurePicture, placePicture, propPicture } from './library'
import type { Box, CameraMove } from './paper'
import type { Layering } from './state'

type Skeleton = NonNullable<Parameters<typeof convertToExcalidrawElements>[0]>[number]
const HAND = 5 // the font family that excalidraw.ts maps to the handwriting font
const BUBBLE_TEXT_SIZE = 34

function imageElement(fileId: string, box: Box, customData: Record<string, unknown> | undefined): ExcalidrawElement[] {
  const skeleton = { type: 'image', fileId: fileId as FileId, status: 'saved', ...box, customData }
  return convertToExcalidrawElements([skeleton as Skeleton])
}

export function figureElements(figure: Figure, box: Box): ExcalidrawElement[] {
  return imageElement(figureFileId(figure), box, { figure })
}

export function propElements(name: string, box: Box): ExcalidrawElement[] {
  return imageElement(`prop-${name}`, box, { prop: name })
}

export function pictureElements(fileId: string, box: Box): ExcalidrawElement[] {
  return imageElement(fileId, box, undefined)
}

/** Return the layers of a place. They are locked, so that they don't move when figures are dragged. */
export function placeElements(name: string, box: Box): ExcalidrawElement[] {
  return placeLayers(name)
    .flatMap((layer) => imageElement(placeFileId(name, layer), box, { place: name, layer }))
    .map((element) => newElementWith(element, { locked: true }))
}

function placeFileId(name: string, layer: Layer): string {
  return layer === 'back' ? `place-${name}` : `place-${name}-front`
}

/** Return a bubble and its text, grouped, around a point. */
export function bubbleElements(kind: BubbleKind, text: string, x: number, y: number, ink: string): ExcalidrawElement[] {
  const [words] = convertToExcalidrawElements([
    { type: 'text', text, x, y, fontSize: BUBBLE_TEXT_SIZE, fontFamily: HAND, textAlign: 'center', strokeColor: ink },
  ])
  if (!words) return []
  const centered = newElementWith(words, { x: x - words.width / 2, y: y - words.height / 2 })
  const bubble = bubbleAround(kind, centered)
  const [picture] = imageElement(bubbleFileId(bubble), bubbleBox(bubble, centered), { bubble })
  const groupIds = [`bubble-${words.id}`]
  return picture ? [newElementWith(picture, { groupIds }), newElementWith(centered, { groupIds })] : []
}

/** Return an element as deleted. It stays in the drawing for a while, so that others receive the deletion. */
export function removed(element: ExcalidrawElement): ExcalidrawElement {
  return newElementWith(element, { isDeleted: true })
}

/** Return the elements with each bubble fitted to its text, or null if all fit. */
export function fitBubbles(elements: readonly ExcalidrawElement[]): ExcalidrawElement[] | null {
  const fitted = elements.map((element) => fitBubble(element, elements))
  return fitted.some((element, at) => element !== elements[at]) ? fitted : null
}

function fitBubble(element: ExcalidrawElement, elements: readonly ExcalidrawElement[]): ExcalidrawElement {
  const now = element.customData?.['bubble'] as Bubble | undefined
  const group = element.groupIds[0]
  if (!now || !group || element.isDeleted) return element
  const words = elements.find((other) => other.type === 'text' && other.groupIds[0] === group)
  if (!words) return element
  if (words.isDeleted) return removed(element)
  const bubble = bubbleAround(now.kind, words)
  const box = bubbleBox(bubble, words)
  if (bubbleFileId(bubble) === bubbleFileId(now) && isNear(element, box)) return element
  const fileId = bubbleFileId(bubble) as FileId
  return newElementWith(element as ExcalidrawImageElement, { ...box, fileId, customData: { bubble } })
}

function isNear(a: Box, b: Box): boolean {
  return [a.x - b.x, a.y - b.y, a.width - b.width, a.height - b.height].every((by) => Math.abs(by) < 1)
}

export function figureOf(element: ExcalidrawElement | undefined): Figure | undefined {
  return element?.customData?.['figure'] as Figure | undefined
}

/** Return a figure's element with another mood or pose, or flipped. Its feet and its center stay where they are. */
export function withActing(element: ExcalidrawElement, acting: Partial<Acting>): ExcalidrawElement {
  const before = figureOf(element)
  return before ? withFigure(element, { ...before, ...acting }) : element
}

export function withFigure(element: ExcalidrawElement, figure: Figure): ExcalidrawElement {
  const old = figureOf(element)
  const [from, to] = [figurePicture(old ?? figure), figurePicture(figure)]
  const width = (element.width * to.width) / from.width
  const height = (element.height * to.height) / from.height
  return newElementWith(element as ExcalidrawImageElement, {
    fileId: figureFileId(figure) as FileId,
    customData: { ...element.customData, figure },
    width,
    height,
    x: element.x + (element.width - width) / 2,
    y: element.y + element.height - height,
  })
}

/** Return the elements with some of them in front of the others, or behind all but the background of the place. */
export function arranged(
  elements: readonly ExcalidrawElement[],
  ids: Readonly<Record<string, unknown>>,
  to: Layering,
): ExcalidrawElement[] {
  // Without an index, an element gets one that fits its position.
  const moved = elements.filter(({ id }) => ids[id]).map((element) => newElementWith(element, { index: null }))
  const others = elements.filter(({ id }) => !ids[id])
  if (to === 'front') return [...others, ...moved]
  const isBackground = ({ customData }: ExcalidrawElement) => (customData as CustomData | undefined)?.layer === 'back'
  return [...others.filter(isBackground), ...moved, ...others.filter((element) => !isBackground(element))]
}

/** Return an element as the camera shows it after a move. Texts and bubbles are not in front of the camera. */
export function withCamera(element: ExcalidrawElement, { scale, dx, dy }: CameraMove): ExcalidrawElement {
  if (element.isDeleted || element.type === 'text' || element.customData?.['bubble']) return element
  const box = {
    x: element.x * scale + dx,
    y: element.y * scale + dy,
    width: element.width * scale,
    height: element.height * scale,
  }
  if (!('points' in element)) return newElementWith(element, box)
  const points = element.points.map(([x, y]) => [x * scale, y * scale]) as unknown as typeof element.points
  return newElementWith(element, { ...box, points })
}

/** Return the generated pictures that these elements show and Excalidraw doesn't have yet. */
export function missingFiles(
  elements: readonly ExcalidrawElement[],
  present: Readonly<Record<string, unknown>>,
): BinaryFileData[] {
  const files = new Map<string, BinaryFileData>()
  for (const element of elements) {
    if (element.type !== 'image' || !element.fileId || element.fileId in present) continue
    const svg = svgOf(element)
    if (svg !== undefined) files.set(element.fileId, svgFile(element.fileId, svg))
  }
  return [...files.values()]
}

interface CustomData {
  readonly figure?: Figure
  readonly prop?: string
  readonly place?: string
  readonly layer?: Layer
  readonly bubble?: Bubble
}

function svgOf({ customData }: ExcalidrawElement): string | undefined {
  const { figure, prop, place, layer, bubble } = (customData ?? {}) as CustomData
  if (figure) return figurePicture(figure).svg
  if (bubble) return bubbleSvg(bubble)
  if (prop) return propPicture(prop)?.svg
  return place ? placePicture(place, layer)?.svg : undefined
}

function svgFile(id: string, svg: string): BinaryFileData {
  return { id: id as FileId, mimeType: 'image/svg+xml', dataURL: dataUrl(svg) as DataURL, created: Date.now() }
}
