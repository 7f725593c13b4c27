/** Turns the searches by name of server-rendered forms (core/pickers.py) into comboboxes. */
import { type SearchHit, addCombobox } from './combobox'

export function watchPickers(): void {
  enhanceAll(document)
  document.addEventListener('htmx:load', ({ target }) => enhanceAll(target as Element))
}

function enhanceAll(root: Document | Element): void {
  for (const box of root.querySelectorAll<HTMLElement>('[data-picker]')) {
    const field = box.querySelector<HTMLInputElement>('[type="text"]:not([role])')
    const picked = box.querySelector<HTMLInputElement>('[type="hidden"]') // missing if the form shows matches to choose from
    if (field && picked) enhance(box.dataset['picker'] ?? '', field, picked)
  }
}

function enhance(url: string, field: HTMLInputElement, picked: HTMLInputElement): void {
  field.addEventListener('input', () => (picked.value = ''))
  addCombobox(field, {
    query: () => field.value,
    search: async (text) => {
      const response = await fetch(`${url}&q=${encodeURIComponent(text)}`)
      return ((await response.json()) as { results: SearchHit[] }).results
    },
    choose: ({ id, name }) => {
      field.value = name
      field.dispatchEvent(new Event('input', { bubbles: true })) // keeps it as a draft
      picked.value = id
    },
  })
}
