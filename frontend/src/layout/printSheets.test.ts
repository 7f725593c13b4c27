import { expect, it } from 'vitest'
import { printZoom, splitIntoSheets } from './printSheets'

const split = (stages: string, most: number) =>
  splitIntoSheets([...stages], most).map(({ from, to }) => stages.slice(from, to))

it('keeps stages together and splits one that is longer than a sheet', () => {
  expect(split('', 3)).toEqual([])
  expect(split('aab', 3)).toEqual(['aab'])
  expect(split('aabbcc', 3)).toEqual(['aa', 'bb', 'cc'])
  expect(split('abbbcd', 4)).toEqual(['abbb', 'cd'])
  expect(split('aaaaab', 2)).toEqual(['aa', 'aa', 'ab'])
  expect(split('abbbbbbc', 3)).toEqual(['a', 'bbb', 'bbb', 'c'])
})

it('shrinks a tall map while it stays readable', () => {
  expect([300, 1000, 5000, 0].map((height) => printZoom(height, 650))).toEqual([0.8, 0.65, 0.55, 0.8])
})
