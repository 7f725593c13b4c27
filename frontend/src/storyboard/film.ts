/** The frames of a journey in the order of the film: by step, then by position. */
import type { OpDraft } from '../store/planPatches'
import type { Outline } from '../store/outline'
import type { Store } from '../store/store'
import { type Id, cellKey } from '../model/records'

export interface FilmFrame {
  readonly id: Id
  readonly step: Id
  readonly stage: Id
  readonly number: number // from 1
}

export function filmFrames(store: Store, outline: Outline): FilmFrame[] {
  return outline.columns
    .flatMap(({ step, stage }) => store.inCell(cellKey('frame', step)).map((id) => ({ id, step, stage })))
    .map((frame, at) => ({ ...frame, number: at + 1 }))
}

/**
 * Return the step and position for a frame that is moved to an index of the film.
 *
 * Between two steps, it joins the nearer one.
 */
export function moveFrameOp(film: readonly FilmFrame[], id: Id, to: number): OpDraft | null {
  const from = film.findIndex((frame) => frame.id === id)
  const target = film[to]
  if (from < 0 || !target || to === from) return null
  const rest = film.filter((frame) => frame.id !== id)
  const before = rest[to - 1]
  // A frame that moves forward goes after the frame at the index. One that moves back goes before it.
  const after = to > from ? target.id : before?.step === target.step ? before.id : null
  return { op: 'move', type: 'frame', id, place: { step: target.step, after } }
}

/** Return the op that adds a frame after another frame in its step or, without one, at the end of a step. */
export function addFrameOp(id: Id, step: Id, after: Id | undefined, size: ShotSize): OpDraft {
  return { op: 'add', type: 'frame', id, fields: { size }, place: { step, ...(after ? { after } : {}) } }
}

export type ShotSize = 'wide' | 'medium' | 'close'
