/** Commands that rate the selection: emotion, promise status, moment of truth. */
import { gettext } from '../lib/i18n'
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
  if (!ids.length) return editor.ui.announce(gettext('No touchpoint here to rate. Add one first.'), true)
  const label = emotionLabel(emotion)
  const gesture = editor.session.apply(
    gettext('Emotion: {label}', { label }),
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

function emotionCommand(emotion: number, name: string): Command {
  return {
    id: `feel.${emotion}`,
    name,
    group: 'Edit',
    keys: [String(emotion + 3)],
    icon: 'smile',
    on: ['card', 'step'],
    needsDrawRight: true,
    canRun: (editor) => emotionTargets(editor).length > 0,
    run: (editor) => setEmotion(editor, emotionTargets(editor), emotion),
  }
}

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
      const title = String(promises[0]?.fields['title'])
      editor.session.apply(
        status === 'kept'
          ? gettext('Promise kept: “{title}”', { title })
          : gettext('Promise broken: “{title}”', { title }),
        promises.map(({ id }) => ({ op: 'set', type: 'promise', id, fields: { status } })),
      )
    },
  }
}

const momentOfTruthCommand: Command = {
  id: 'truth',
  name: gettext('Moment of truth'),
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
      all ? gettext('Not a moment of truth') : gettext('Moment of truth'),
      cards.map(({ id }) => ({ op: 'set', type: 'touchpoint', id, fields: { is_moment_of_truth: !all } })),
    )
  },
}

export const ratingCommands: readonly Command[] = [
  emotionCommand(-2, gettext('Emotion: let down')),
  emotionCommand(-1, gettext('Emotion: uneasy')),
  emotionCommand(0, gettext('Emotion: neutral')),
  emotionCommand(1, gettext('Emotion: pleased')),
  emotionCommand(2, gettext('Emotion: delighted')),
  promiseStatusCommand('kept', gettext('Promise kept'), 'K', 'check'),
  promiseStatusCommand('broken', gettext('Promise broken'), 'B', 'x'),
  momentOfTruthCommand,
]
