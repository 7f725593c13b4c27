/** Marking what is selected: how it feels, what became of a promise, what is a moment of truth. */
import { type Id, type Item, isA } from '../model/records'
import { feelingWord } from '../model/words'
import { feltBy } from '../store/outline'
import type { Command, Editor } from './command'

/** The selected records of a type; in their absence none. */
export function selected({ store, view }: Editor, type: string): Item[] {
  return [...view.selection.get()].map((id) => store.get(id)).filter((item) => item?.type === type) as Item[]
}

/** Set how touchpoints feel, in one gesture. */
export function feel(editor: Editor, ids: readonly Id[], emotion: number | null): void {
  if (!ids.length) return editor.prompts.announce('There is no touchpoint here to feel anything about.', true)
  const word = feelingWord(emotion)
  const done = editor.session.do(`Felt: ${word}`, ids.map((id) => ({ op: 'set', type: 'touchpoint', id, fields: { emotion } })))
  if (done !== null) editor.prompts.announce(word)
}

/** What a key from 1 to 5 speaks of: the selected touchpoints, else all of the step at the cursor. */
function feelingTargets(editor: Editor): Id[] {
  const cards = selected(editor, 'touchpoint').map((item) => item.id)
  const step = editor.view.cursor.get()?.step
  return cards.length || !step ? cards : feltBy(editor.store, step, editor.order.get().lanes)
}

const feelings: readonly Command[] = [-2, -1, 0, 1, 2].map((emotion) => ({
  id: `feel.${emotion}`,
  name: `Feels: ${feelingWord(emotion).toLowerCase()}`,
  group: 'Change',
  keys: [String(emotion + 3)],
  icon: 'smile',
  on: ['card', 'step'],
  changes: true,
  canRun: (editor) => feelingTargets(editor).length > 0,
  run: (editor) => feel(editor, feelingTargets(editor), emotion),
}))

function outcome(status: 'kept' | 'broken', name: string, key: string, icon: string): Command {
  return {
    id: `promise.${status}`,
    name,
    group: 'Change',
    keys: [key],
    icon,
    on: ['card'],
    changes: true,
    canRun: (editor) => selected(editor, 'promise').length > 0,
    run(editor) {
      const promises = selected(editor, 'promise')
      editor.session.do(`${name}: “${String(promises[0]?.fields['title'])}”`, promises.map(({ id }) => ({ op: 'set', type: 'promise', id, fields: { status } })))
    },
  }
}

const truth: Command = {
  id: 'truth',
  name: 'Moment of truth',
  group: 'Change',
  keys: ['S'],
  icon: 'star',
  on: ['card'],
  changes: true,
  canRun: (editor) => selected(editor, 'touchpoint').length > 0,
  run(editor) {
    const cards = selected(editor, 'touchpoint')
    const all = cards.every((item) => isA(item, 'touchpoint') && item.fields.is_moment_of_truth)
    editor.session.do(all ? 'No moment of truth' : 'Moment of truth', cards.map(({ id }) => ({ op: 'set', type: 'touchpoint', id, fields: { is_moment_of_truth: !all } })))
  },
}

export const marks: readonly Command[] = [...feelings, outcome('kept', 'Promise kept', 'K', 'check'), outcome('broken', 'Promise broken', 'B', 'x'), truth]
