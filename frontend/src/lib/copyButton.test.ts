import { beforeEach, expect, test, vi } from 'vitest'
import { eventually } from './testing/eventually'
import { watchCopyButtons } from './copyButton'

let button: HTMLButtonElement
let field: HTMLInputElement
const write = vi.fn<(text: string) => Promise<void>>()

beforeEach(() => {
  button = document.createElement('button')
  button.dataset['copy'] = 'secret'
  button.hidden = true
  field = document.createElement('input')
  field.id = 'secret'
  field.value = 'https://here/s/x/'
  document.body.replaceChildren(field, button)
  write.mockReset()
})
const clipboard = (value: object | undefined) =>
  value
    ? Object.defineProperty(navigator, 'clipboard', { value, configurable: true })
    : Reflect.deleteProperty(navigator, 'clipboard')

test('a button copies the value of its field', () => {
  clipboard({ writeText: write.mockResolvedValue() })
  watchCopyButtons()
  button.click()
  expect([button.hidden, write.mock.calls]).toEqual([false, [['https://here/s/x/']]])
})

test('if the browser refuses, the text is selected instead', async () => {
  clipboard({ writeText: write.mockRejectedValue(new Error('no')) })
  watchCopyButtons()
  button.click()
  await eventually(() => expect([field.selectionStart, field.selectionEnd]).toEqual([0, field.value.length]))
})

test('without a clipboard the button stays hidden', () => {
  clipboard(undefined)
  watchCopyButtons()
  expect(button.hidden).toBe(true)
})
