import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toast, watchToasts } from './toasts'

beforeEach(() => {
  vi.useFakeTimers()
  const place = document.createElement('div')
  place.id = 'toasts'
  const pattern = document.createElement('template')
  pattern.id = 'toast'
  const item = document.createElement('div')
  const close = document.createElement('button')
  close.dataset['dismiss'] = ''
  item.append(document.createElement('span'), close)
  pattern.content.append(item)
  document.body.replaceChildren(place, pattern)
})

afterEach(() => vi.useRealTimers()) // or later files would wait forever
const shown = () => document.querySelectorAll('#toasts > *')

test('a toast is text, never markup, and disappears by itself', () => {
  toast('<b>Saved</b>')
  expect(shown()[0]?.textContent).toBe('<b>Saved</b>')
  vi.advanceTimersByTime(9000)
  expect(shown()).toHaveLength(0)
})

test('quoted text in a toast has its own direction', () => {
  toast('Removed “שלום, 2.”')
  expect([shown()[0]?.textContent, shown()[0]?.querySelector('bdi')?.textContent]).toEqual([
    'Removed “שלום, 2.”',
    'שלום, 2.',
  ])
})

test('a toast can be closed', () => {
  watchToasts()
  toast('Saved')
  document.querySelector<HTMLElement>('#toasts [data-dismiss]')?.click()
  expect(shown()).toHaveLength(0)
})

test('the server can trigger a toast', () => {
  document.dispatchEvent(new CustomEvent('toast', { detail: { value: 'Moved.' } }))
  expect(shown()[0]?.textContent).toBe('Moved.')
})
