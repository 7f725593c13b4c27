import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { textHash } from './art/ink'
import { placeLayers, placeNames, placeSvg } from './art/places'
import { type Bubble, type BubbleKind, bubbleAround, bubbleBox, bubbleFileId, bubbleSvg } from './bubble'

it.each<[BubbleKind]>([['speech'], ['thought']])('a %s bubble goes around its text and has a tail below', (kind) => {
  const text = { x: 100, y: 50, width: 200, height: 40 }
  const bubble = bubbleAround(kind, text)
  const box = bubbleBox(bubble, text)
  expect(box.x).toBeLessThan(text.x)
  expect(box.x + box.width).toBeGreaterThan(text.x + text.width)
  expect(text.y - box.y).toBeLessThan(box.y + box.height - text.y - text.height)
  expect(bubbleSvg(bubble)).toContain('<svg')
})

it('is the same picture for texts of nearly the same size', () => {
  const ids = [201, 202, 260].map((width) => bubbleFileId(bubbleAround('speech', { x: 0, y: 0, width, height: 40 })))
  expect(ids[0]).toBe(ids[1])
  expect(ids[0]).not.toBe(ids[2])
})

interface Vectors {
  readonly bubbles: readonly (Bubble & { hash: number })[]
  readonly places: Readonly<Record<string, number>>
}

it('draws what the server draws', () => {
  const vectors = JSON.parse(readFileSync('../tests/storyboards/library_vectors.json', 'utf8')) as Vectors
  for (const { hash, ...bubble } of vectors.bubbles) expect(textHash(bubbleSvg(bubble)), bubble.kind).toBe(hash)
  const places = placeNames.flatMap((name) =>
    placeLayers(name).map((layer) => [`${name} ${layer}`, textHash(placeSvg(name, layer))] as const),
  )
  expect(Object.fromEntries(places)).toEqual(vectors.places)
})
