import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Acting, art, figureId, figureSvg, type Look } from './figures'
import * as labels from './labels'

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

test('every choice has a label', () => {
  const { look, poses, colors } = art
  expect(Object.keys(labels.hairLabels()).sort()).toEqual([...look.hair].sort())
  expect(Object.keys(labels.hairColorLabels()).sort()).toEqual([...look.hair_color].sort())
  expect(Object.keys(labels.ageLabels()).sort()).toEqual([...look.age].sort())
  expect(Object.keys(labels.bodyLabels()).sort()).toEqual([...look.body].sort())
  expect(Object.keys(labels.clothesLabels()).sort()).toEqual([...look.clothes].sort())
  expect(Object.keys(labels.beardLabels()).sort()).toEqual([...look.beard].sort())
  expect(Object.keys(labels.colorLabels()).sort()).toEqual(Object.keys(colors).sort())
  expect(Object.keys(labels.poseLabels()).sort()).toEqual(Object.keys(poses).sort())
})
