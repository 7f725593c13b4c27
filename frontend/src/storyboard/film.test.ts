import { expect, it } from 'vitest'
import { OutlineCache } from '../store/outline'
import { planPatches } from '../store/planPatches'
import { Store } from '../store/store'
import type { Item, Snapshot } from '../model/records'
import { addFrameOp, filmFrames, moveFrameOp } from './film'

const record = (type: string, id: string, fields: object): Item => ({ type, id, version: 1, fields: { ...fields } })

/** A journey of two steps; the frames are given as `id step position`. */
function journey(...frames: readonly string[]): { store: Store; film: () => ReturnType<typeof filmFrames> } {
  const store = new Store()
  const records = [
    record('stage', 'stage', { position: 'n0' }),
    record('step', 's1', { stage: 'stage', position: 'n0' }),
    record('step', 's2', { stage: 'stage', position: 'n1' }),
    ...frames.map((frame) => {
      const [id, step, position] = frame.split(' ')
      return record('frame', String(id), { step, position })
    }),
  ]
  store.load({ records } as unknown as Snapshot)
  const outline = new OutlineCache(store)
  return { store, film: () => filmFrames(store, outline.get()) }
}

const order = (film: ReturnType<typeof filmFrames>) => film.map(({ id, step }) => `${id}:${step}`).join(' ')

it('runs by step, then by position, and numbers the frames', () => {
  const { film } = journey('c s2 n0', 'b s1 n1', 'a s1 n0')
  expect(order(film())).toBe('a:s1 b:s1 c:s2')
  expect(film().map(({ number }) => number)).toEqual([1, 2, 3])
})

it.each([
  ['a', 1, 'b:s1 a:s1 c:s2 d:s2'],
  ['a', 2, 'b:s1 c:s2 a:s2 d:s2'], // moves past the first frame of the next step, and joins that step
  ['c', 1, 'a:s1 c:s1 b:s1 d:s2'],
  ['d', 2, 'a:s1 b:s1 d:s2 c:s2'],
  ['d', 0, 'd:s1 a:s1 b:s1 c:s2'],
])('moves frame %s to place %i', (id, to, expected) => {
  const { store, film } = journey('a s1 n0', 'b s1 n1', 'c s2 n0', 'd s2 n1')
  const op = moveFrameOp(film(), id, to)
  store.show({ gesture: 'g', patches: planPatches(store, 'j', op ? [op] : []) })
  expect(order(film())).toBe(expected)
})

it('does not move a frame beyond the film', () => {
  const { film } = journey('a s1 n0', 'b s1 n1')
  expect([moveFrameOp(film(), 'a', -1), moveFrameOp(film(), 'b', 2), moveFrameOp(film(), 'b', 1)]).toEqual([
    null,
    null,
    null,
  ])
})

it('adds a frame after another, with the defaults of its type', () => {
  const { store, film } = journey('a s1 n0', 'b s1 n1')
  store.show({ gesture: 'g', patches: planPatches(store, 'j', [addFrameOp('x', 's1', 'a', 'wide')]) })
  expect(order(film())).toBe('a:s1 x:s1 b:s1')
  expect(store.get('x')?.fields).toMatchObject({ size: 'wide', caption: '', duration: 5 })
})
