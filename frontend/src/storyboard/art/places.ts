/** Backgrounds of frames, to scale with the people. The art is data: places.json. */
import { gettext } from '../../lib/i18n'
import { type Colors, drawing, type Frame, get, type Shape, shapeSvg } from './ink'
import data from './places.json'
import { palette, propParts, SIZE } from './props'

/** A prop that stands in a place. */
interface StandingProp {
  readonly prop: string
  readonly at: readonly [x: number, y: number]
  readonly size?: number
}

const { frame, colors, places } = data as unknown as {
  frame: Frame
  colors: Colors
  places: Readonly<Record<string, readonly (Shape | StandingProp)[]>>
}
const placePalette: Colors = { ...palette, ...colors }

export const placeNames: readonly string[] = Object.keys(places)

/** Return a standalone SVG of a place. */
export function placeSvg(name: string): string {
  const parts = get(places, name).map((item, index) => {
    if (!('prop' in item)) return shapeSvg(item, (x, y) => [x, y], placePalette, `${name} ${index}`)
    const [left, ground] = item.at
    const size = item.size ?? 1
    return propParts(item.prop, (x, y) => [left + x * size, ground + y * size])
  })
  return drawing(frame, parts.join(''), SIZE)
}

/** Return the names of the places in the reader's language. */
export const placeLabels = (): Readonly<Record<string, string>> => ({
  front_desk: gettext('Front desk'),
  lobby: gettext('Lobby'),
  hotel_room: gettext('Hotel room'),
  home: gettext('Home'),
  office: gettext('Office'),
  street: gettext('Street'),
  shop: gettext('Shop'),
  counter: gettext('Service counter'),
  hospital: gettext('Hospital'),
  van: gettext('Delivery'),
  phone_screen: gettext('Phone screen'),
  train: gettext('Train'),
  restaurant: gettext('Restaurant'),
})
