/** Hooks for components. Each subscribes only to the record, cell or signal that it reads. */
import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react'
import type { Editor } from '../commands/command'
import type { Signal } from '../lib/signal'
import { type HandOff, handOffsByStage } from '../model/handOffs'
import { type Appointer, type StageOwnership, VACANT, findAppointer } from '../model/ownership'
import type { Id, Item } from '../model/records'
import { matchesFilter } from '../store/filter'
import { findLock } from '../store/locks'
import { type Outline, meanEmotion } from '../store/outline'
import { NO_FILTER } from '../store/editorState'
import type { Peer } from '../sync/liveSocket'

export const EditorContext = createContext<Editor | null>(null)

export function useEditor(): Editor {
  const editor = useContext(EditorContext)
  if (!editor) throw new Error('useEditor must be used inside an EditorContext.')
  return editor
}

export function useSignal<T>(signal: Signal<T>): T {
  return useSyncExternalStore(signal.subscribe, signal.get)
}

/** Select a value from a signal. The component re-renders only when that value changes. */
export function useSignalSelector<T, U>(signal: Signal<T>, select: (value: T) => U): U {
  return useSyncExternalStore(signal.subscribe, () => select(signal.get()))
}

/**
 * Return the accessibility props of a record: a button, except while its text is edited. Pass `name` if the visible
 * text omits what color and position convey.
 */
export function buttonProps(isEdited: boolean, isSelected: boolean, isCursor: boolean, name?: string) {
  return isEdited ? {} : { role: 'button', 'aria-label': name, 'aria-pressed': isSelected, tabIndex: isCursor ? 0 : -1 }
}

/** Return whether the user may draw. Rights can change while the map is open. */
export function useMayDraw(): boolean {
  const { state } = useEditor()
  return useSignalSelector(state.mode, () => state.mayDraw)
}

const LOCK_TOPICS = ['every:stage', 'every:lane']

/** Return the locked stage or lane that prevents a record from being changed. */
export function useLock(id: Id | null): Item | undefined {
  const { store } = useEditor()
  return useStoreSelector(LOCK_TOPICS, () => findLock(store, store.get(id)))
}

export function useRecord(id: Id | null | undefined): Item | undefined {
  const { store } = useEditor()
  const subscribe = useCallback((listener: () => void) => store.subscribe(id ?? '', listener), [store, id])
  return useSyncExternalStore(subscribe, () => store.get(id))
}

export function useCellIds(cell: string): readonly Id[] {
  const { store } = useEditor()
  const subscribe = useCallback((listener: () => void) => store.subscribe(cell, listener), [store, cell])
  return useSyncExternalStore(subscribe, () => store.inCell(cell))
}

export function useRecordIds(type: string): readonly Id[] {
  const { store } = useEditor()
  const subscribe = useCallback((listener: () => void) => store.subscribe(`type:${type}`, listener), [store, type])
  return useSyncExternalStore(subscribe, () => store.ofType(type))
}

export function useOutline(): Outline {
  const { outline } = useEditor()
  return useSyncExternalStore(outline.subscribe, () => outline.get())
}

/**
 * Select a value from the store and re-evaluate it when one of the topics changes. The value must keep its identity (a
 * string, a number, a cached array) while nothing changes.
 */
export function useStoreSelector<T>(topics: readonly string[], select: () => T): T {
  const { store } = useEditor()
  const subscribe = useCallback(
    (listener: () => void) => {
      const cleanups = topics.map((topic) => store.subscribe(topic, listener))
      return () => cleanups.forEach((cleanup) => cleanup())
    },
    [store, topics],
  )
  return useSyncExternalStore(subscribe, select)
}

const EMOTION_TOPICS = ['every:touchpoint', 'moved:lane']

/** Return the emotion of each step. The array keeps its identity until a value changes. */
export function useStepEmotions(): readonly (number | null)[] {
  const { store } = useEditor()
  const { columns, lanes } = useOutline()
  const emotions = useStoreSelector(EMOTION_TOPICS, () =>
    JSON.stringify(columns.map((column) => meanEmotion(store, column.step, lanes))),
  )
  return useMemo(() => JSON.parse(emotions) as (number | null)[], [emotions])
}

const HAND_OFF_TOPICS = ['every:handoff', 'every:handoff_signature', 'every:breach']

/** Return the hand-offs into stages, by the later stage. */
export function useHandOffs(): ReadonlyMap<Id, HandOff> {
  const { store } = useEditor()
  const { stages } = useOutline()
  const ownership = useOwnership()
  const handOffs = useStoreSelector(HAND_OFF_TOPICS, () => JSON.stringify(handOffsByStage(store, stages, ownership)))
  return useMemo(() => new Map(JSON.parse(handOffs) as [Id, HandOff][]), [handOffs])
}

/** Return the ownership of each stage. */
export function useOwnership(): ReadonlyMap<Id, StageOwnership> {
  const { ownership } = useEditor()
  return useSyncExternalStore(ownership.subscribe, ownership.get)
}

const APPOINTER_TOPICS = ['every:appointment', 'every:person']

/** Return the member to ask for a director, or null if the user may propose one. */
export function useAppointer(): Appointer | null {
  const { store, members, admin, can } = useEditor()
  const mayAppoint = useSignalSelector(can, (rights) => rights.has('appoint'))
  useSignal(members.byId)
  const appointer = useStoreSelector(APPOINTER_TOPICS, () =>
    JSON.stringify(findAppointer(store, members.isCurrent, admin)),
  )
  return useMemo(() => (mayAppoint ? null : (JSON.parse(appointer) as Appointer | null)), [mayAppoint, appointer])
}

export function ownershipOf(ownership: ReadonlyMap<Id, StageOwnership>, stage: Id): StageOwnership {
  return ownership.get(stage) ?? VACANT
}

/** Return other people's windows on this map. The user's own other windows are not included. */
export function useOtherPeers(): readonly Peer[] {
  const { peers, me } = useEditor()
  const all = useSignal(peers)
  return useMemo(() => [...all.values()].filter(({ member }) => member === null || member !== me.member), [all, me])
}

/** Return the number of open comments on a record. */
export function useOpenCommentCount(id: Id): number {
  const { comments } = useEditor()
  return useSyncExternalStore(comments.subscribe, () => comments.openCommentCount(id))
}

/** Return every second stage; these have a tinted background. */
export function useStripedStages(): ReadonlySet<Id> {
  const { stages } = useOutline()
  return useMemo(() => new Set(stages.filter((_, at) => at % 2)), [stages])
}

/** Return whether the filter excludes a touchpoint, so that it is faded. */
export function useIsFilteredOut(id: Id): boolean {
  const { store, comments, ownership, state } = useEditor()
  const filter = useSignal(state.filter)
  return filter !== NO_FILTER && !matchesFilter(store, comments, ownership.get(), filter, id)
}

/** Return how a record differs in the current comparison, as a CSS class. */
export function useComparisonClass(id: Id): '' | 'is-added' | 'is-changed' {
  const { comparison } = useEditor()
  return useSignalSelector(comparison, (other) =>
    other?.added.has(id) ? 'is-added' : other?.changed.has(id) ? 'is-changed' : '',
  )
}
