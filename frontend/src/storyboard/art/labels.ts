/** Names of the choices for a person's look and pose, in the reader's language. */
import { gettext } from '../../lib/i18n'

type Labels = Readonly<Record<string, string>>

export const hairLabels = (): Labels => ({
  short: gettext('Short'),
  parted: gettext('Side part'),
  quiff: gettext('Quiff'),
  bob: gettext('Bob'),
  long: gettext('Long'),
  bun: gettext('Bun'),
  ponytail: gettext('Ponytail'),
  pigtails: gettext('Pigtails'),
  curly: gettext('Curly'),
  afro: gettext('Afro'),
  waves: gettext('Waves'),
  buzz: gettext('Very short'),
  thinning: gettext('Thinning'),
  bald: gettext('Bald'),
})

export const hairColorLabels = (): Labels => ({
  brown: gettext('Brown'),
  black: gettext('Black'),
  auburn: gettext('Auburn'),
  blonde: gettext('Blonde'),
  grey: gettext('Gray'),
  white: gettext('White'),
})

export const ageLabels = (): Labels => ({
  adult: gettext('Adult'),
  child: gettext('Child'),
  older: gettext('Older adult'),
})

export const bodyLabels = (): Labels => ({
  medium: gettext('Medium'),
  slim: gettext('Slim'),
  broad: gettext('Broad'),
})

export const clothesLabels = (): Labels => ({
  jumper: gettext('Sweater'),
  tee: gettext('T-shirt'),
  shirt: gettext('Shirt and tie'),
  suit: gettext('Suit'),
  dress: gettext('Dress'),
  coat: gettext('Coat'),
  apron: gettext('Apron'),
  scrubs: gettext('Scrubs'),
  hivis: gettext('High-visibility vest'),
})

export const beardLabels = (): Labels => ({
  none: gettext('No beard'),
  full: gettext('Full beard'),
  moustache: gettext('Mustache'),
})

export const colorLabels = (): Labels => ({
  coral: gettext('Coral'),
  brick: gettext('Brick'),
  pink: gettext('Pink'),
  mustard: gettext('Mustard'),
  tan: gettext('Tan'),
  cream: gettext('Cream'),
  white: gettext('White'),
  sage: gettext('Sage'),
  green: gettext('Green'),
  sky: gettext('Sky'),
  slate: gettext('Slate'),
  blue: gettext('Blue'),
  lilac: gettext('Lilac'),
  plum: gettext('Plum'),
  steel: gettext('Steel'),
  navy: gettext('Navy'),
  charcoal: gettext('Charcoal'),
})

export const poseLabels = (): Labels => ({
  stand: gettext('Stand'),
  point: gettext('Point'),
  wave: gettext('Wave'),
  hold: gettext('Hold something'),
  walk: gettext('Walk'),
  sit: gettext('Sit'),
  phone: gettext('On the phone'),
  text: gettext('Look at a phone'),
  shrug: gettext('Shrug'),
  arms_crossed: gettext('Arms crossed'),
  cheer: gettext('Cheer'),
  slump: gettext('Slump'),
  reach: gettext('Reach out'),
  think: gettext('Think'),
})
