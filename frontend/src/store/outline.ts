/** The order of a map: stages, steps, lanes, and who is where, kept until one of them changes. */
import { type Id, type Item, cellKey } from '../model/records'
import type { RowKey, Rows } from './view'
import type { Store } from './store'

export interface Column {
  readonly step: Id
  readonly stage: Id
  readonly number: number // 0 for the first column
  readonly isFirst: boolean // of its stage
}

export interface Outline {
  readonly stages: readonly Id[]
  readonly columns: readonly Column[]
  readonly lanes: readonly Id[]
}

export class Order {
  private known: Outline | null = null

  constructor(private readonly store: Store) {}

  /** Call `watcher` when stages, steps or lanes come, go or move. */
  subscribe = (watcher: () => void): (() => void) => {
    const ends = ['stage', 'step', 'lane'].map((type) => this.store.subscribe(`moved:${type}`, watcher))
    return () => ends.forEach((end) => end())
  }

  get(): Outline {
    this.known = outline(this.store, this.known)
    return this.known
  }
}

/** The outline now; the one given if it still holds, so that what depends on it need not change. */
function outline(store: Store, last: Outline | null): Outline {
  const stages = store.inCell(cellKey('stage'))
  const lanes = store.inCell(cellKey('lane'))
  const columns = stages.flatMap((stage) =>
    store.inCell(cellKey('step', stage)).map((step, at) => ({ step, stage, isFirst: at === 0 })),
  )
  if (last && last.stages === stages && last.lanes === lanes && sameColumns(last.columns, columns)) return last
  return { stages, lanes, columns: columns.map((column, number) => ({ ...column, number })) }
}

function sameColumns(one: readonly Column[], two: readonly Omit<Column, 'number'>[]): boolean {
  return one.length === two.length && one.every((column, at) => column.step === two[at]?.step && column.stage === two[at]?.stage)
}

/** The cards of a step in a lane, in order. */
export function cards(store: Store, step: Id, lane: Id): readonly Id[] {
  return store.inCell(cellKey('touchpoint', step, lane))
}

/** The lanes a person sees: pinned first; those hidden and the empty ones of other kinds left out. */
export function lanesShown(store: Store, lanes: readonly Id[], rows: Rows, columns: readonly Column[]): Id[] {
  const wanted = lanes.filter((lane) => !rows.hidden.includes(lane))
  const filled = wanted.filter((lane) => isDepartment(store.get(lane)) || hasCards(store, lane, columns))
  const shown = filled.length ? filled : wanted // a new map has one lane, where one begins to type
  const isPinned = (lane: RowKey) => rows.pinned.includes(lane)
  return [...shown.filter(isPinned), ...shown.filter((lane) => !isPinned(lane))]
}

function isDepartment(lane: Item | undefined): boolean {
  return lane?.fields['kind'] === 'department'
}

function hasCards(store: Store, lane: Id, columns: readonly Column[]): boolean {
  return columns.some((column) => cards(store, column.step, lane).length > 0)
}

/** The touchpoints of a step, in the order of the lanes. */
export function feltBy(store: Store, step: Id, lanes: readonly Id[]): Id[] {
  return lanes.flatMap((lane) => cards(store, step, lane))
}

/** The mean emotion of a step's touchpoints, null where none has one. */
export function feelingOf(store: Store, step: Id, lanes: readonly Id[]): number | null {
  const said = feltBy(store, step, lanes).flatMap((id) => {
    const emotion = store.get(id)?.fields['emotion']
    return typeof emotion === 'number' ? [emotion] : []
  })
  return said.length ? said.reduce((sum, one) => sum + one, 0) / said.length : null
}
