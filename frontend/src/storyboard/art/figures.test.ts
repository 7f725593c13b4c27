import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Acting, figureId, figureSvg, type Look } from './figures'

interface Case {
  look: Look
  acting: Acting
  id: string
  sha256: string
}

const { cases } = JSON.parse(readFileSync('../tests/storyboards/figure_vectors.json', 'utf8')) as { cases: Case[] }

test('pictures and ids are those of the server', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  expect(cases.map(({ look, acting }) => sha256(figureSvg(look, acting)))).toEqual(cases.map((each) => each.sha256))
  expect(cases.map(({ look, acting }) => figureId(look, acting))).toEqual(cases.map((each) => each.id))
})
