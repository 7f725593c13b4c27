import { expect, test } from 'vitest'
import { placeLabels, placeNames, placeSvg } from './places'
import { propLabels, propNames, propSvg } from './props'

test.each([
  ['prop', propNames, propLabels, propSvg],
  ['place', placeNames, placeLabels, placeSvg],
] as const)('every %s has a label and can be drawn', (_, names, labels, svg) => {
  expect(Object.keys(labels()).sort()).toEqual([...names].sort())
  for (const name of names) expect(svg(name)).not.toMatch(/NaN|undefined|style|script/)
})
