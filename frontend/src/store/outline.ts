/** The outline of a map: its stages, steps and lanes in order, cached until one of them changes. */
import { type Id, type Item, cellKey } from '../model/records'
import type { RowKey, RowSettings } from './editorState'
import type { Store } from './store'

export interface Column {
  readonly step: Id
  readonly stage: Id
  readonly number: number // 0 for the first column
  readonly isFirst: boolean // first column of its stage
}

export interface Outline {
  readonly stages: readonly Id[]
  readonly columns: readonly Column[]
  readonly lanes: readonly Id[]
}

export class OutlineCache {
  private cached: Outline | null = null

  constructor(private readonly store: Store) {}

  /** Call `listener` when stages, steps or lanes are added, removed or moved. */
  subscribe = (listener: () => void): (() => void) => {
    const cleanups = ['stage', 'step', 'lane'].map((type) => this.store.subscribe(`moved:${type}`, listener))
    return () => cleanups.forEach((cleanup) => cleanup())
  }

  get(): Outline {
    this.cached = buildOutline(this.store, this.cached)
    return this.cached
  }
}

/** Build the outline, or return the previous one if it is still valid, so that dependent values keep their identity. */
function buildOutline(store: Store, previous: Outline | null): Outline {
  const stages = store.inCell(cellKey('stage'))
  const lanes = store.inCell(cellKey('lane'))
  const columns = stages.flatMap((stage) =>
    store.inCell(cellKey('step', stage)).map((step, at) => ({ step, stage, isFirst: at === 0 })),
  )
  if (previous && previous.stages === stages && previous.lanes === lanes && sameColumns(previous.columns, columns))
    return previous
  return { stages, lanes, columns: columns.map((column, number) => ({ ...column, number })) }
}

function sameColumns(a: readonly Column[], b: readonly Omit<Column, 'number'>[]): boolean {
  return a.length === b.length && a.every((column, at) => column.step === b[at]?.step && column.stage === b[at]?.stage)
}

/** Return the cards of a step in a lane, in order. */
export function cardsInCell(store: Store, step: Id, lane: Id): readonly Id[] {
  return store.inCell(cellKey('touchpoint', step, lane))
}

/** Return the lanes shown to a person: pinned lanes first, without hidden lanes and empty non-department lanes. */
export function visibleLanes(store: Store, lanes: readonly Id[], rows: RowSettings, columns: readonly Column[]): Id[] {
  const wanted = lanes.filter((lane) => !rows.hidden.includes(lane))
  const filled = wanted.filter((lane) => isDepartment(store.get(lane)) || hasCards(store, lane, columns))
  const shown = filled.length ? filled : wanted // a new map keeps its single empty lane to type in
  const isPinned = (lane: RowKey) => rows.pinned.includes(lane)
  return [...shown.filter(isPinned), ...shown.filter((lane) => !isPinned(lane))]
}

function isDepartment(lane: Item | undefined): boolean {
  return lane?.fields['kind'] === 'department'
}

function hasCards(store: Store, lane: Id, columns: readonly Column[]): boolean {
  return columns.some((column) => cardsInCell(store, column.step, lane).length > 0)
}

/** Return the touchpoints of a step, in the order of the lanes. */
export function touchpointsOfStep(store: Store, step: Id, lanes: readonly Id[]): Id[] {
  return lanes.flatMap((lane) => cardsInCell(store, step, lane))
}

/** Return the mean emotion of a step's touchpoints, or null if none has one. */
export function meanEmotion(store: Store, step: Id, lanes: readonly Id[]): number | null {
  const emotions = touchpointsOfStep(store, step, lanes).flatMap((id) => {
    const emotion = store.get(id)?.fields['emotion']
    return typeof emotion === 'number' ? [emotion] : []
  })
  return emotions.length ? emotions.reduce((sum, value) => sum + value, 0) / emotions.length : null
}
