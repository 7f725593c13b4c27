/** Commands that add, move and remove frames. */
import { gettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import type { Id } from '../model/records'
import type { Storyboard } from './context'
import { type FilmFrame, type ShotSize, addFrameOp, filmFrames, moveFrameOp } from './film'

const MAX_FRAMES = 200

/** Add a frame after the open one, or to a step without frames, and open it. */
export function addFrame({ editor, state }: Storyboard, step?: Id): Id | null {
  const { store, session, outline, ui } = editor
  const film = filmFrames(store, outline.get())
  if (film.length >= MAX_FRAMES) {
    ui.toast(gettext('A storyboard has at most {n} frames.', { n: MAX_FRAMES }), { kind: 'brk' })
    return null
  }
  const open = film.find((frame) => frame.id === state.frame.get()) ?? film.at(-1)
  const target = step ?? open?.step ?? outline.get().columns[0]?.step
  if (!target) return null
  const after = open?.step === target ? open.id : undefined
  const size = (store.get(open?.id)?.fields['size'] as ShotSize | undefined) ?? 'medium'
  const id = uuid7()
  if (session.apply(gettext('Added a frame'), [addFrameOp(id, target, after, size)]) === null) return null
  state.frame.set(id)
  const number = filmFrames(store, outline.get()).findIndex((frame) => frame.id === id) + 1
  ui.announce(gettext('Added frame {number}.', { number }))
  return id
}

/** Move a frame to an index of the film, from 0. */
export function moveFrame({ editor }: Storyboard, film: readonly FilmFrame[], id: Id, to: number): void {
  const op = moveFrameOp(film, id, to)
  if (!op || editor.session.apply(gettext('Moved a frame'), [op]) === null) return
  const number = filmFrames(editor.store, editor.outline.get()).findIndex((frame) => frame.id === id) + 1
  editor.ui.announce(gettext('Frame {number} of {total}.', { number, total: film.length }))
}

/** Remove a frame. Return the frame to show instead. */
export function removeFrame({ editor, state }: Storyboard, film: readonly FilmFrame[], id: Id): Id | undefined {
  const at = film.findIndex((frame) => frame.id === id)
  const next = (film[at + 1] ?? film[at - 1])?.id
  if (editor.session.apply(gettext('Removed a frame'), [{ op: 'remove', type: 'frame', id }]) === null) return id
  if (state.frame.get() === id) state.frame.set(next ?? null)
  editor.ui.toast(gettext('Removed frame {number}.', { number: at + 1 }), {
    label: gettext('Undo'),
    run: () => {
      editor.session.undoOrRedo('undo')
      state.frame.set(id)
    },
  })
  return next
}
