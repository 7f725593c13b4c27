import { withPair, withVersion } from '../store/compare'
import type { Snapshot } from '../model/records'
import type { Command, Editor } from './command'

/** Show what is different from an earlier version, on the map. */
export async function compareWithVersion(editor: Editor, version: number): Promise<void> {
  const then = (await editor.api.ask(`journeys/${editor.journey}/snapshot?version=${version}`)) as Snapshot
  editor.compared.set(withVersion(editor.store, editor.order.get(), then, `version ${version}`))
}

/** The journey as it should be beside the one as it is, or the other way round; again: neither. */
export const comparePair: Command = {
  id: 'compare.pair',
  name: 'Compare with its other state',
  group: 'Look',
  icon: 'git-compare',
  canRun: (editor) => editor.pair !== null,
  run(editor) {
    const { pair, compared, prompts } = editor
    if (!pair || compared.get()) return compared.set(null)
    editor.api.snapshot('journeys', pair).then(
      (other) => compared.set(withPair(editor.order.get(), other, titleOf(other))),
      () => prompts.toast('The other journey cannot be read just now.', { kind: 'brk' }),
    )
  },
}

function titleOf({ records }: Snapshot): string {
  const journey = records.find((record) => record.type === 'journey')
  return journey?.type === 'journey' ? `“${journey.fields.title}”` : 'the other journey'
}
