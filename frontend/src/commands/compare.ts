import { gettext } from '../lib/i18n'
import { compareWithPair, compareWithVersion } from '../store/compare'
import type { Snapshot } from '../model/records'
import type { Command, Editor } from './command'

/** Show the differences from an earlier version on the map. */
export async function showVersionComparison(editor: Editor, version: number): Promise<void> {
  const snapshot = (await editor.api.request(`journeys/${editor.journey}/snapshot?version=${version}`)) as Snapshot
  editor.comparison.set(
    compareWithVersion(editor.store, editor.outline.get(), snapshot, gettext('version {number}', { number: version })),
  )
}

/** Toggle the comparison with the journey's pair (current and future state). */
export const comparePair: Command = {
  id: 'compare.pair',
  name: gettext('Compare current and future state'),
  group: 'View',
  icon: 'git-compare',
  canRun: (editor) => editor.pair !== null,
  run(editor) {
    const { pair, comparison, ui } = editor
    if (!pair || comparison.get()) return comparison.set(null)
    editor.api.snapshot(pair).then(
      (other) => comparison.set(compareWithPair(editor.outline.get(), other, quotedTitle(other))),
      () => ui.toast(gettext('Couldn’t load the other journey. Try again in a moment.'), { kind: 'brk' }),
    )
  },
}

function quotedTitle({ records }: Snapshot): string {
  const journey = records.find((record) => record.type === 'journey')
  return journey?.type === 'journey' ? `“${journey.fields.title}”` : gettext('the other journey')
}
