/** The shelf's contents: the cast of the journey, props and places, each as a picture with a size. */
import { gettext } from '../lib/i18n'
import type { Id } from '../model/records'
import { type Look, figureId, figureSvg } from './art/figures'

export type { Look }

/** How a figure acts in a frame. */
export interface Acting {
  readonly mood: number // -2 to 2
  readonly pose: string
  readonly flip: boolean
}

/** A figure in a drawing: who it is, and how they look and act. Stored in the element's `customData`. */
export interface Figure extends Acting {
  readonly persona?: Id
  readonly name?: string
  readonly look: Look
}

export interface Picture {
  readonly svg: string
  readonly width: number
  readonly height: number
}

export function figurePicture({ look, mood, pose, flip }: Figure): Picture {
  return pictureOf(figureSvg(look, { mood, pose, flip }))
}

/** Return an SVG text as a picture with its own size. */
export function pictureOf(svg: string): Picture {
  const [, , width, height] = /viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"/.exec(svg)?.slice(1).map(Number) ?? []
  return { svg, width: width ?? 1, height: height ?? 1 }
}

/** Return the id of a figure's picture. Figures that look and act the same share one. */
export function figureFileId({ look, mood, pose, flip }: Figure): string {
  return figureId(look, { mood, pose, flip })
}

export function dataUrl(svg: string): string {
  return `data:image/svg+xml;base64,${btoa(String.fromCharCode(...new TextEncoder().encode(svg)))}`
}

export const POSE_LABELS: Readonly<Record<string, string>> = {
  stand: gettext('Stand'),
  walk: gettext('Walk'),
  point: gettext('Point'),
  wave: gettext('Wave'),
  reach: gettext('Reach'),
  hold: gettext('Hold'),
  phone: gettext('Phone'),
  text: gettext('Text'),
  think: gettext('Think'),
  shrug: gettext('Shrug'),
  arms_crossed: gettext('Arms crossed'),
  cheer: gettext('Cheer'),
  slump: gettext('Slump'),
  sit: gettext('Sit'),
}

export const PROPS: readonly { readonly name: string; readonly label: string }[] = []
export const PLACES: readonly { readonly name: string; readonly label: string }[] = []

export function propPicture(name: string): Picture | undefined {
  void name
  return undefined
}

export function placePicture(name: string): Picture | undefined {
  void name
  return undefined
}

/** Somebody whom the shelf offers. */
export interface CastMember {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly figure: Figure
}
