import { expect, it } from 'vitest'
import { storableText, storableLine } from './text'

it.each([
  ['\u2068Acme\u2069 and \u202eco\u202c', 'Acme and co'],
  [' one\r\ntwo\rthree\u000bfour\u2028five ', 'one\ntwo\nthree\nfour\nfive'],
  ['nul\u0000, bell\u0007, half \ud83d, none \uffff', 'nul, bell, half , none'],
  ['כרטיס\u200f 👩\u200d💻 \u200eok', 'כרטיס\u200f 👩\u200d💻 \u200eok'],
  ['tab\tstays', 'tab\tstays'],
])('stores %j', (typed, kept) => {
  expect(storableText(typed)).toBe(kept)
})

it('joins several lines into one', () => {
  expect(storableLine(' one\r\n\ttwo  three ')).toBe('one two three')
})
