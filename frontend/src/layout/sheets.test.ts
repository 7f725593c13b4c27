import { expect, it } from 'vitest'
import { paperZoom, sheets } from './sheets'

const cut = (stages: string, most: number) => sheets([...stages], most).map(({ from, to }) => stages.slice(from, to))

it('keeps stages together, and cuts one that is longer than a sheet', () => {
  expect(cut('', 3)).toEqual([])
  expect(cut('aab', 3)).toEqual(['aab'])
  expect(cut('aabbcc', 3)).toEqual(['aa', 'bb', 'cc'])
  expect(cut('abbbcd', 4)).toEqual(['abbb', 'cd'])
  expect(cut('aaaaab', 2)).toEqual(['aa', 'aa', 'ab'])
  expect(cut('abbbbbbc', 3)).toEqual(['a', 'bbb', 'bbb', 'c'])
})

it('makes a high map smaller, as long as it can be read', () => {
  expect([300, 1000, 5000, 0].map((height) => paperZoom(height, 650))).toEqual([0.8, 0.65, 0.55, 0.8])
})
