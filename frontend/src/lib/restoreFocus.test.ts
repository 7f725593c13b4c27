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

test('the control with the same id takes the focus', () => {
  body('<main id="main"><div id="part"><input id="a" name="x"></div></main>')
  expect(nextFocusTarget(removed('<input id="a">'), part())?.id).toBe('a')
})

test('without an id, the control of the same name takes it', () => {
  body('<main id="main"><div id="part"><button name="up"></button></div></main>')
  expect(nextFocusTarget(removed('<button name="up">'), part())?.getAttribute('name')).toBe('up')
})

test('what the answer asks for comes first', () => {
  body('<div id="part"><input id="a"><p id="b" autofocus tabindex="-1"></p></div>')
  expect(nextFocusTarget(removed('<input id="a">'), part())?.id).toBe('b')
})

test('where the control is gone, the place where it stood takes the focus', () => {
  body('<main id="main"><div id="part"></div></main>')
  const taken = nextFocusTarget(removed('<button>'), part())
  expect([taken?.id, taken?.tabIndex]).toEqual(['part', -1])
})
