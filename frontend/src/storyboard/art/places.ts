/** Backgrounds of frames, to scale with the people. The shapes are in places.json. */
import { gettext } from '../../lib/i18n'
import { type Colors, drawing, type Frame, get, type Shape, shapeSvg } from './ink'
import data from './places.json'
import { palette, propParts, SIZE } from './props'

/** The layers of a place: behind the people, and in front of those behind a counter or table. */
export type Layer = 'back' | 'front'

interface Layered {
  readonly front?: true
}

/** A prop that stands in a place. */
interface StandingProp extends Layered {
  readonly prop: string
  readonly at: readonly [x: number, y: number]
  readonly size?: number
}

const { frame, colors, places } = data as unknown as {
  frame: Frame
  colors: Colors
  places: Readonly<Record<string, readonly ((Shape & Layered) | StandingProp)[]>>
}
const placePalette: Colors = { ...palette, ...colors }

export const placeNames: readonly string[] = Object.keys(places)

/** Return the non-empty layers of a place, from back to front. */
export function placeLayers(name: string): readonly Layer[] {
  return get(places, name).some(({ front }) => front) ? ['back', 'front'] : ['back']
}

/** Return a standalone SVG of a place, or of one of its layers. */
export function placeSvg(name: string, layer?: Layer): string {
  const parts = get(places, name).map((item, index) => {
    if (layer && (layer === 'front') !== (item.front ?? false)) return ''
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
  kitchen: gettext('Kitchen'),
  home_desk: gettext('Desk at home'),
  call_center: gettext('Call center'),
  hotel_entrance: gettext('In front of the hotel'),
  hotel_room_night: gettext('Hotel room at night'),
  machine_room: gettext('Machine room'),
})
