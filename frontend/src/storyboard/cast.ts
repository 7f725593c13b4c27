/** The people who can appear in a journey's frames: its personas, and extras. */
import type { Editor } from '../commands/command'
import { gettext } from '../lib/i18n'
import type { Acting, CastMember, Look } from './library'

const AT_EASE: Acting = { mood: 0, pose: 'stand', flip: false }

const LOOKS: readonly Look[] = [
  { skin: 1, hair: 'bob', hair_color: 'auburn', clothes: 'jumper', top: 'coral', bottom: 'navy' },
  { skin: 2, hair: 'short', hair_color: 'black', clothes: 'suit', top: 'slate', bottom: 'charcoal' },
  { skin: 4, hair: 'bun', hair_color: 'black', clothes: 'apron', top: 'sage', bottom: 'steel' },
  { skin: 3, hair: 'bald', clothes: 'tee', top: 'lilac', bottom: 'steel', beard: 'full', hair_color: 'black' },
  { skin: 0, hair: 'ponytail', hair_color: 'blonde', clothes: 'shirt', top: 'sky', bottom: 'blue' },
  { skin: 5, hair: 'afro', hair_color: 'black', clothes: 'coat', top: 'mustard', bottom: 'charcoal' },
]

/** People whom any journey may need besides its personas. */
const EXTRAS: readonly (readonly [id: string, name: string, look: Look])[] = [
  ['staff', gettext('Front desk'), LOOKS[1] as Look],
  ['service', gettext('Service'), LOOKS[2] as Look],
  ['friend', gettext('Friend'), LOOKS[3] as Look],
  [
    'child',
    gettext('Child'),
    { age: 'child', skin: 2, hair: 'curly', hair_color: 'brown', clothes: 'tee', top: 'mustard', bottom: 'blue' },
  ],
  [
    'older',
    gettext('Older person'),
    { age: 'older', skin: 1, hair: 'waves', hair_color: 'grey', glasses: true, clothes: 'dress', top: 'plum' },
  ],
  [
    'scarf',
    gettext('Neighbor'),
    { skin: 2, headscarf: true, accent: 'sage', clothes: 'coat', top: 'tan', bottom: 'navy' },
  ],
  [
    'wheels',
    gettext('Colleague'),
    { skin: 4, hair: 'short', wheelchair: true, clothes: 'shirt', top: 'green', bottom: 'navy' },
  ],
  ['nurse', gettext('Nurse'), { skin: 3, hair: 'ponytail', clothes: 'scrubs', top: 'green', bottom: 'green' }],
  ['courier', gettext('Courier'), { skin: 1, hair: 'quiff', clothes: 'hivis', bottom: 'charcoal' }],
]

export function hasLook(figure: unknown): figure is Look {
  return typeof figure === 'object' && figure !== null && Object.keys(figure).length > 0
}

/** Return the cast of a journey: the protagonist, the other personas, then the extras. */
export function castOf({ store, journey }: Editor): readonly CastMember[] {
  const protagonist = store.get(journey)?.fields['persona']
  // A persona without a figure looks the same in every journey, because ids are in the order in which personas
  // were added.
  const personas = [...store.ofType('persona')].sort().map((id, at): CastMember => {
    const { name, figure } = store.get(id)?.fields ?? {}
    const look = hasLook(figure) ? figure : (LOOKS[at % LOOKS.length] as Look)
    const role = id === protagonist ? gettext('Protagonist') : gettext('Persona')
    return { id, name: String(name), role, figure: { persona: id, name: String(name), look, ...AT_EASE } }
  })
  const extras = EXTRAS.map(([id, name, look]) => ({ id, name, role: '', figure: { name, look, ...AT_EASE } }))
  const isFirst = ({ id }: CastMember) => id === protagonist
  return [...personas.filter(isFirst), ...personas.filter((member) => !isFirst(member)), ...extras]
}
