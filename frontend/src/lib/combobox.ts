/**
 * A text field with suggestions that are fetched while the user types: an editable combobox with list autocomplete, as
 * the WAI-ARIA Authoring Practices describe it. The focus stays in the field.
 */
import { gettext } from './i18n'
import { keyName } from './keys'

export interface SearchHit {
  readonly id: string
  readonly name: string
  readonly detail: string
}

export interface ComboboxOptions {
  /** Return the text to search for, or null if there is nothing to suggest. */
  query(): string | null
  search(text: string): Promise<readonly SearchHit[]>
  choose(hit: SearchHit): void
}

type TextField = HTMLInputElement | HTMLTextAreaElement

const DELAY_MS = 150 // between a key and the search
let count = 0

/** Add suggestions to a field. Return a function that removes them. */
export function addCombobox(field: TextField, { query, search, choose }: ComboboxOptions): () => void {
  const list = document.createElement('ul')
  list.id = `suggestions-${++count}`
  list.className = 'suggestions'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', gettext('Suggestions'))
  list.hidden = true
  field.after(list)
  const isInput = field instanceof HTMLInputElement
  if (isInput) field.setAttribute('role', 'combobox') // a textarea may not have this role
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-controls', list.id)
  let hits: readonly SearchHit[] = []
  let at = -1
  let timer: ReturnType<typeof setTimeout> | undefined

  const setOpen = (isOpen: boolean) => {
    list.hidden = !isOpen
    if (isInput) field.setAttribute('aria-expanded', String(isOpen))
    if (!isOpen) activate(-1)
  }
  const activate = (index: number) => {
    at = index
    for (const [number, option] of [...list.children].entries())
      option.setAttribute('aria-selected', String(number === index))
    const active = list.children[index]
    if (active) field.setAttribute('aria-activedescendant', active.id)
    else field.removeAttribute('aria-activedescendant')
    active?.scrollIntoView({ block: 'nearest' })
  }
  const close = () => {
    clearTimeout(timer)
    timer = undefined
    setOpen(false)
  }
  const update = async () => {
    const text = query()
    if (text === null) return close()
    const mine = timer
    const found = await search(text).catch(() => [])
    if (mine !== timer || document.activeElement !== field) return // typed on or left in the meantime
    hits = found
    if (!hits.length && !isInput) return close() // a text goes on
    list.replaceChildren(...(hits.length ? hits.map(createOption) : [emptyNote()]))
    setOpen(true)
    activate(hits.length && text ? 0 : -1)
  }
  const schedule = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void update(), DELAY_MS)
  }
  const createOption = ({ name, detail }: SearchHit, number: number) => {
    const [option, hint] = [document.createElement('li'), document.createElement('small')]
    option.id = `${list.id}-${number}`
    option.setAttribute('role', 'option')
    option.dir = 'auto'
    hint.textContent = detail
    option.append(name, ' ', hint)
    return option
  }
  const pick = (hit: SearchHit | undefined) => {
    if (hit) choose(hit)
    close() // after the input event of the choice
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyName(event)
    const isOpen = !list.hidden
    if (isOpen && key === 'Escape') close()
    else if (isOpen && key === 'Enter' && at >= 0) pick(hits[at])
    else if (isOpen && hits.length && (key === 'ArrowDown' || key === 'ArrowUp'))
      activate((at + (key === 'ArrowDown' ? 1 : at < 0 ? 0 : -1) + hits.length) % hits.length)
    else if (!isOpen && isInput && key === 'ArrowDown') schedule()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onPress = (event: Event) => event.preventDefault() // keeps the focus in the field
  const onClick = ({ target }: Event) =>
    pick(hits[[...list.children].indexOf((target as Element).closest('[role="option"]') as Element)])
  setOpen(false)
  field.addEventListener('input', schedule)
  field.addEventListener('keydown', onKeyDown as EventListener)
  field.addEventListener('blur', close)
  list.addEventListener('pointerdown', onPress)
  list.addEventListener('click', onClick)
  return () => {
    close()
    field.removeEventListener('input', schedule)
    field.removeEventListener('keydown', onKeyDown as EventListener)
    field.removeEventListener('blur', close)
    list.remove()
  }
}

function emptyNote(): HTMLElement {
  const note = document.createElement('li')
  note.setAttribute('role', 'option')
  note.setAttribute('aria-disabled', 'true')
  note.textContent = gettext('No matches.')
  return note
}
