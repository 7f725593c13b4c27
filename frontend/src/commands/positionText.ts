/**
 * Positions in words, such as "Care, step 7 of 18", for announcements when something is picked up, moved or dropped.
 */
import type { Id } from '../model/records'
import { LANE_KIND_LABELS } from '../model/labels'
import type { RowKey } from '../store/editorState'
import type { Editor } from './command'

const ROW_NAMES: Readonly<Record<string, string>> = {
  notes: 'Pains and ideas',
  measures: 'Measures',
  promises: 'Promises',
  emotions: 'Emotion',
  scenes: 'Scenes',
  owners: 'Director',
}

export function rowName({ store }: Editor, row: RowKey): string {
  const lane = store.get(row)
  const department = store.get(lane?.fields['department'] as Id | null)
  return String(
    department?.fields['name'] ?? LANE_KIND_LABELS[String(lane?.fields['kind'])] ?? ROW_NAMES[row] ?? 'this row',
  )
}

export function describeCell(editor: Editor, row: RowKey, column: number): string {
  return `${rowName(editor, row)}, step ${column + 1} of ${editor.outline.get().columns.length}`
}

export function columnOf({ outline }: Editor, step: unknown): number {
  return outline.get().columns.findIndex((column) => column.step === step)
}

export function titleOf({ store }: Editor, id: Id | null | undefined): string {
  return String(store.get(id)?.fields['title'] ?? '')
}
