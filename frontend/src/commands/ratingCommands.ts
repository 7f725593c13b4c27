/** Commands that rate the selection: emotion, promise status, moment of truth. */
import { type Id, type Item, isA } from '../model/records'
import { emotionLabel } from '../model/labels'
import { touchpointsOfStep } from '../store/outline'
import type { Command, Editor } from './command'

/** Return the selected records of a type. */
export function selectedOfType({ store, state }: Editor, type: string): Item[] {
  return [...state.selection.get()].map((id) => store.get(id)).filter((item) => item?.type === type) as Item[]
}

/** Set the emotion of touchpoints, in one gesture. */
export function setEmotion(editor: Editor, ids: readonly Id[], emotion: number | null): void {
  if (!ids.length) return editor.ui.announce('No touchpoint here to rate. Add one first.', true)
  const label = emotionLabel(emotion)
  const gesture = editor.session.apply(
    `Emotion: ${label}`,
    ids.map((id) => ({ op: 'set', type: 'touchpoint', id, fields: { emotion } })),
  )
  if (gesture !== null) editor.ui.announce(label)
}

/** Return the touchpoints that the keys 1 to 5 rate: the selected ones, otherwise all in the step at the cursor. */
function emotionTargets(editor: Editor): Id[] {
  const cards = selectedOfType(editor, 'touchpoint').map((item) => item.id)
  const step = editor.state.cursor.get()?.step
  return cards.length || !step ? cards : touchpointsOfStep(editor.store, step, editor.outline.get().lanes)
}

const emotionCommands: readonly Command[] = [-2, -1, 0, 1, 2].map((emotion) => ({
  id: `feel.${emotion}`,
  name: `Emotion: ${emotionLabel(emotion).toLowerCase()}`,
  group: 'Edit',
  keys: [String(emotion + 3)],
  icon: 'smile',
  on: ['card', 'step'],
  needsDrawRight: true,
  canRun: (editor) => emotionTargets(editor).length > 0,
  run: (editor) => setEmotion(editor, emotionTargets(editor), emotion),
}))

function promiseStatusCommand(status: 'kept' | 'broken', name: string, key: string, icon: string): Command {
  return {
    id: `promise.${status}`,
    name,
    group: 'Edit',
    keys: [key],
    icon,
    on: ['card'],
    needsDrawRight: true,
    canRun: (editor) => selectedOfType(editor, 'promise').length > 0,
    run(editor) {
      const promises = selectedOfType(editor, 'promise')
      editor.session.apply(
        `${name}: “${String(promises[0]?.fields['title'])}”`,
        promises.map(({ id }) => ({ op: 'set', type: 'promise', id, fields: { status } })),
      )
    },
  }
}

const momentOfTruthCommand: Command = {
  id: 'truth',
  name: 'Moment of truth',
  group: 'Edit',
  keys: ['S'],
  icon: 'star',
  on: ['card'],
  needsDrawRight: true,
  canRun: (editor) => selectedOfType(editor, 'touchpoint').length > 0,
  run(editor) {
    const cards = selectedOfType(editor, 'touchpoint')
    const all = cards.every((item) => isA(item, 'touchpoint') && item.fields.is_moment_of_truth)
    editor.session.apply(
      all ? 'Not a moment of truth' : 'Moment of truth',
      cards.map(({ id }) => ({ op: 'set', type: 'touchpoint', id, fields: { is_moment_of_truth: !all } })),
    )
  },
}

export const ratingCommands: readonly Command[] = [
  ...emotionCommands,
  promiseStatusCommand('kept', 'Promise kept', 'K', 'check'),
  promiseStatusCommand('broken', 'Promise broken', 'B', 'x'),
  momentOfTruthCommand,
]
