import { beforeEach, expect, test } from 'vitest'
import { successor } from './refocus'

globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS

function body(html: string): void {
  document.body.replaceChildren(
    ...new DOMParser().parseFromString(html, 'text/html').body.childNodes,
  )
}
const gone = (html: string) => {
  const made = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild
  if (!made) throw new Error('nothing made')
  return made
}
const part = () => document.querySelector('#part')

beforeEach(() => body(''))

test('the control with the same id takes the focus', () => {
  body('<main id="main"><div id="part"><input id="a" name="x"></div></main>')
  expect(successor(gone('<input id="a">'), part())?.id).toBe('a')
})

test('without an id, the control of the same name takes it', () => {
  body('<main id="main"><div id="part"><button name="up"></button></div></main>')
  expect(successor(gone('<button name="up">'), part())?.getAttribute('name')).toBe('up')
})

test('what the answer asks for comes first', () => {
  body('<div id="part"><input id="a"><p id="b" autofocus tabindex="-1"></p></div>')
  expect(successor(gone('<input id="a">'), part())?.id).toBe('b')
})

test('where the control is gone, the place where it stood takes the focus', () => {
  body('<main id="main"><div id="part"></div></main>')
  const taken = successor(gone('<button>'), part())
  expect([taken?.id, taken?.tabIndex]).toEqual(['part', -1])
})
