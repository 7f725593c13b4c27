/** Things for storyboards, to scale with the people. The art is data: props.json. */
import { gettext } from '../../lib/i18n'
import { art } from './figures'
import { type Colors, drawing, type Frame, get, INK, type Shape, shapeSvg } from './ink'
import data from './props.json'

interface Picture {
  readonly frame: Frame
  readonly shapes: readonly Shape[]
}

const { colors, props } = data as unknown as { colors: Colors; props: Readonly<Record<string, Picture>> }
const SIZE = 0.25 // pixels per unit
const palette: Colors = { ...art.colors, ...art.fixed_colors, ...colors, ink: INK }

export const propNames: readonly string[] = Object.keys(props)

/** Return a standalone SVG of a picture of the art files. */
export function pictureSvg(name: string, picture: Picture): string {
  const shapes = picture.shapes.map((shape, index) => shapeSvg(shape, (x, y) => [x, y], palette, `${name} ${index}`))
  return drawing(picture.frame, shapes.join(''), SIZE)
}

/** Return a standalone SVG of a thing. */
export const propSvg = (name: string): string => pictureSvg(name, get(props, name))

/** Return the names of the things in the reader's language. */
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
  trolley: gettext('Trolley'),
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
  queue_posts: gettext('Queue posts'),
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
  till: gettext('Till'),
  basket: gettext('Basket'),
  megaphone: gettext('Megaphone'),
  sun: gettext('Sun'),
  rain_cloud: gettext('Rain cloud'),
  heart: gettext('Heart'),
  star: gettext('Star'),
})
