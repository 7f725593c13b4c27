import { expect, test } from 'vitest'
import { propLabels, propNames, propSvg } from './props'

test('every thing has a label and can be drawn', () => {
  expect(Object.keys(propLabels()).sort()).toEqual([...propNames].sort())
  for (const name of propNames) expect(propSvg(name)).not.toMatch(/NaN|undefined|style|script/)
})
