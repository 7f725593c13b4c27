/**
 * Positions in words, such as "Care, step 7 of 18", for announcements when something is picked up, moved or dropped.
 */
import { gettext } from '../lib/i18n'
import type { Id } from '../model/records'
import { LANE_KIND_LABELS } from '../model/labels'
import type { RowKey } from '../store/editorState'
import type { Editor } from './command'

const ROW_NAMES: Readonly<Record<string, string>> = {
  notes: gettext('Pains and ideas'),
  measures: gettext('Measures'),
  promises: gettext('Promises'),
  emotions: gettext('Emotion'),
  scenes: gettext('Frames'),
  owners: gettext('Director'),
}

export function rowName({ store }: Editor, row: RowKey): string {
  const lane = store.get(row)
  const department = store.get(lane?.fields['department'] as Id | null)
  const kind = LANE_KIND_LABELS[String(lane?.fields['kind'])]
  return String(department?.fields['name'] ?? kind ?? ROW_NAMES[row] ?? gettext('this row'))
}

export function describeCell(editor: Editor, row: RowKey, column: number): string {
  const count = editor.outline.get().columns.length
  return gettext('{row}, step {n} of {count}', { row: rowName(editor, row), n: column + 1, count })
}

/** Return where a promise is made and tested, as column numbers from 0, in words such as "From step 2 to step 5". */
export function describePromise(made: number, tested: number): string {
  return gettext('From step {from} to step {to}', { from: made + 1, to: tested + 1 })
}

export function columnOf({ outline }: Editor, step: unknown): number {
  return outline.get().columns.findIndex((column) => column.step === step)
}

export function titleOf({ store }: Editor, id: Id | null | undefined): string {
  return String(store.get(id)?.fields['title'] ?? '')
}
