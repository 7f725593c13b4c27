/** Props for storyboards, to scale with the people. The shapes are in props.json. */
import { gettext } from '../../lib/i18n'
import { art } from './figures'
import { type Colors, drawing, type Frame, get, INK, type Place, type Shape, shapeSvg } from './ink'
import data from './props.json'

interface Prop {
  readonly frame: Frame
  readonly shapes: readonly Shape[]
}

const { colors, props } = data as unknown as { colors: Colors; props: Readonly<Record<string, Prop>> }
export const SIZE = 0.25 // pixels per unit
export const palette: Colors = { ...art.colors, ...art.fixed_colors, ...colors, ink: INK }

export const propNames: readonly string[] = Object.keys(props)

/** Return the shapes of a prop with their transforms applied. */
export const propParts = (name: string, place: Place): string =>
  get(props, name)
    .shapes.map((shape, index) => shapeSvg(shape, place, palette, `${name} ${index}`))
    .join('')

/** Return a standalone SVG of a prop. */
export const propSvg = (name: string): string =>
  drawing(
    get(props, name).frame,
    propParts(name, (x, y) => [x, y]),
    SIZE,
  )

/** Return the names of the props in the reader's language. */
export const propLabels = (): Readonly<Record<string, string>> => ({
  suitcase: gettext('Suitcase'),
  backpack: gettext('Backpack'),
  bell: gettext('Bell'),
  clock: gettext('Clock'),
  key_card: gettext('Key card'),
  key: gettext('Key'),
  letter: gettext('Letter'),
  bill: gettext('Bill'),
  plant: gettext('Plant'),
  umbrella: gettext('Umbrella'),
  cup: gettext('Cup'),
  glass: gettext('Glass of water'),
  plate: gettext('Plate of food'),
  phone: gettext('Phone'),
  laptop: gettext('Laptop'),
  screen: gettext('Screen'),
  card_terminal: gettext('Card terminal'),
  parcel: gettext('Parcel'),
  shopping_bag: gettext('Shopping bag'),
  trolley: gettext('Luggage cart'),
  chair: gettext('Chair'),
  armchair: gettext('Armchair'),
  sofa: gettext('Sofa'),
  table: gettext('Table'),
  round_table: gettext('Round table'),
  desk: gettext('Counter'),
  bed: gettext('Bed'),
  lamp: gettext('Lamp'),
  door: gettext('Door'),
  window: gettext('Window'),
  picture: gettext('Framed picture'),
  sign: gettext('Signpost'),
  queue_posts: gettext('Queue barrier'),
  stop: gettext('No entry'),
  car: gettext('Car'),
  van: gettext('Van'),
  bus: gettext('Bus'),
  bicycle: gettext('Bicycle'),
  bench: gettext('Bench'),
  bus_stop: gettext('Bus stop'),
  medicine: gettext('Medicine'),
  stethoscope: gettext('Stethoscope'),
  clipboard: gettext('Clipboard'),
  ticket: gettext('Ticket'),
  coins: gettext('Coins'),
  banknote: gettext('Banknote'),
  tree: gettext('Tree'),
  dog: gettext('Dog'),
  cat: gettext('Cat'),
  shelf: gettext('Shelf'),
  till: gettext('Cash register'),
  basket: gettext('Basket'),
  megaphone: gettext('Megaphone'),
  sun: gettext('Sun'),
  rain_cloud: gettext('Rain cloud'),
  heart: gettext('Heart'),
  star: gettext('Star'),
})
