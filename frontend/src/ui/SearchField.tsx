import { useEffect, useRef } from 'react'
import { type SearchHit, addCombobox } from '../lib/combobox'
import { gettext } from '../lib/i18n'
import { useEditor } from '../map/hooks'
import { searchByName } from '../sync/searchByName'

/** A combobox that searches the workspace by name. Typing on after a choice undoes it. */
export function SearchField({
  kind,
  label,
  takesFocus,
  onChoose,
  refine = (hits) => hits,
}: {
  kind: 'persons' | 'departments'
  label: string
  takesFocus?: boolean // when its dialog opens
  onChoose: (hit: SearchHit | null) => void
  /** Change the suggestions for a text. */
  refine?: (hits: readonly SearchHit[], text: string) => readonly SearchHit[]
}) {
  const { api, workspace } = useEditor()
  const field = useRef<HTMLInputElement>(null)
  const callbacks = useRef({ onChoose, refine })
  useEffect(() => {
    callbacks.current = { onChoose, refine }
  })
  useEffect(() => {
    const input = field.current as HTMLInputElement
    return addCombobox(input, {
      query: () => input.value,
      search: async (text) => callbacks.current.refine(await searchByName(api, kind, workspace, text), text),
      choose: (hit) => {
        input.value = hit.name
        callbacks.current.onChoose(hit)
      },
    })
  }, [api, kind, workspace])
  return (
    <span className="picker grow">
      <input
        ref={field}
        data-first={takesFocus}
        className="input"
        dir="auto"
        autoComplete="off"
        aria-label={label}
        placeholder={gettext('Type a name')}
        onInput={() => onChoose(null)}
      />
    </span>
  )
}
