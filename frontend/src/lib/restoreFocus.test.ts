import { beforeEach, expect, test } from 'vitest'
import { nextFocusTarget } from './restoreFocus'

globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS

function body(html: string): void {
  document.body.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
}
const removed = (html: string) => {
  const element = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild
  if (!element) throw new Error('nothing made')
  return element
}
const part = () => document.querySelector('#part')

beforeEach(() => body(''))

test('focuses the control with the same id', () => {
  body('<main id="main"><div id="part"><input id="a" name="x"></div></main>')
  expect(nextFocusTarget(removed('<input id="a">'), part())?.id).toBe('a')
})

test('otherwise focuses the control with the same name', () => {
  body('<main id="main"><div id="part"><button name="up"></button></div></main>')
  expect(nextFocusTarget(removed('<button name="up">'), part())?.getAttribute('name')).toBe('up')
})

test('prefers the element that the response asks for', () => {
  body('<div id="part"><input id="a"><p id="b" autofocus tabindex="-1"></p></div>')
  expect(nextFocusTarget(removed('<input id="a">'), part())?.id).toBe('b')
})

test('focuses the region if the control is gone', () => {
  body('<main id="main"><div id="part"></div></main>')
  const taken = nextFocusTarget(removed('<button>'), part())
  expect([taken?.id, taken?.tabIndex]).toEqual(['part', -1])
})
