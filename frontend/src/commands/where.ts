/** Places in words: "Care, step 7 of 18". What is said when something is picked up, moved, dropped. */
import type { Id } from '../model/records'
import { LANE_KINDS } from '../model/words'
import type { RowKey } from '../store/view'
import type { Editor } from './command'

const ROWS: Readonly<Record<string, string>> = { notes: 'Pains and ideas', measures: 'Measures', promises: 'Promises', feels: 'Feels', scenes: 'Scenes', answers: 'Answers for it' }

export function rowName({ store }: Editor, row: RowKey): string {
  const lane = store.get(row)
  const department = store.get(lane?.fields['department'] as Id | null)
  return String(department?.fields['name'] ?? LANE_KINDS[String(lane?.fields['kind'])] ?? ROWS[row] ?? 'this row')
}

export function spot(editor: Editor, row: RowKey, column: number): string {
  return `${rowName(editor, row)}, step ${column + 1} of ${editor.order.get().columns.length}`
}

export function columnOf({ order }: Editor, step: unknown): number {
  return order.get().columns.findIndex((column) => column.step === step)
}

export function titleOf({ store }: Editor, id: Id | null | undefined): string {
  return String(store.get(id)?.fields['title'] ?? '')
}
