/** Who can appear in a journey's frames: its personas, then people whom every journey has. */
import type { Editor } from '../commands/command'
import { gettext } from '../lib/i18n'
import type { CastMember, Look } from './library'

const EXTRAS: readonly CastMember[] = [
  { id: 'extra-1', name: gettext('Customer'), role: gettext('Guest'), figure: { look: {}, mood: 0, pose: 'stand', flip: false } },
  { id: 'extra-2', name: gettext('Employee'), role: gettext('Front desk'), figure: { look: { top: '#54707E' }, mood: 1, pose: 'stand', flip: false } },
]

export function castOf({ store, journey }: Editor): readonly CastMember[] {
  const protagonist = store.get(journey)?.fields['persona']
  const personas = store.ofType('persona').flatMap((id): CastMember[] => {
    const { name, figure } = store.get(id)?.fields ?? {}
    const look = (figure ?? {}) as Look
    return [{ id, name: String(name), role: id === protagonist ? gettext('Protagonist') : '', figure: { persona: id, name: String(name), look, mood: 0, pose: 'stand', flip: false } }]
  })
  const first = personas.filter(({ id }) => id === protagonist)
  return [...first, ...personas.filter(({ id }) => id !== protagonist), ...EXTRAS]
}
