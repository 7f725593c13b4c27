/** The shelf's contents: the cast of the journey, props and places, each as a picture with a size. */
import type { Id } from '../model/records'
import { type Look, figureId, figureSvg } from './art/figures'
import { type Layer, placeLabels, placeNames, placeSvg } from './art/places'
import { propLabels, propNames, propSvg } from './art/props'
import type { ArtBox } from './paper'

export type { Look }

/** The mood, pose and direction of a figure in a frame. */
export interface Acting {
  readonly mood: number // -2 to 2
  readonly pose: string
  readonly flip: boolean
}

/** A figure in a drawing: the person, their look, and their mood and pose. Stored in the element's `customData`. */
export interface Figure extends Acting {
  readonly persona?: Id
  readonly name?: string
  readonly look: Look
}

/** A picture of the art, with its box in the units of the art. */
export interface Picture extends ArtBox {
  readonly svg: string
}

export function figurePicture({ look, mood, pose, flip }: Figure): Picture {
  return pictureOf(figureSvg(look, { mood, pose, flip }))
}

function pictureOf(svg: string): Picture {
  const box = /viewBox="([^"]+)"/.exec(svg)?.[1]?.split(' ').map(Number) ?? []
  return { svg, top: box[1] ?? 0, width: box[2] ?? 1, height: box[3] ?? 1 }
}

/** Return the id of a figure's picture. Figures with the same look, mood and pose share one. */
export function figureFileId({ look, mood, pose, flip }: Figure): string {
  return figureId(look, { mood, pose, flip })
}

export function dataUrl(svg: string): string {
  return `data:image/svg+xml;base64,${btoa(String.fromCharCode(...new TextEncoder().encode(svg)))}`
}

/** An item of the shelf with a name. */
export interface Named {
  readonly name: string
  readonly label: string
}

export const PROPS: readonly Named[] = named(propNames, propLabels())
export const PLACES: readonly Named[] = named(placeNames, placeLabels())

function named(names: readonly string[], labels: Readonly<Record<string, string>>): Named[] {
  return names.map((name) => ({ name, label: labels[name] ?? name }))
}

export function propPicture(name: string): Picture | undefined {
  return propNames.includes(name) ? pictureOf(propSvg(name)) : undefined
}

export function placePicture(name: string, layer?: Layer): Picture | undefined {
  return placeNames.includes(name) ? pictureOf(placeSvg(name, layer)) : undefined
}

/** A person on the shelf. */
export interface CastMember {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly figure: Figure
}
