/** How components read: each subscribes to the one record, cell or signal that it shows. */
import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react'
import type { Editor } from '../commands/command'
import type { Signal } from '../lib/signal'
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
  if (!editor) throw new Error('This component stands outside of the editor.')
  return editor
}

export function useSignal<T>(signal: Signal<T>): T {
  return useSyncExternalStore(signal.subscribe, signal.get)
}

/** One value worked out of a signal; the component is drawn again only when that value changes. */
export function useSignalSelector<T, U>(signal: Signal<T>, select: (value: T) => U): U {
  return useSyncExternalStore(signal.subscribe, () => select(signal.get()))
}

/**
 * What a record on the map is to those who cannot see it: a button, but not while a text is typed in it.
 * `name` is for one whose text leaves out what is said by colour and place.
 */
export function buttonProps(isEdited: boolean, isSelected: boolean, isCursor: boolean, name?: string) {
  return isEdited ? {} : { role: 'button', 'aria-label': name, 'aria-pressed': isSelected, tabIndex: isCursor ? 0 : -1 }
}

/** Whether one may draw: rights change while one looks. */
export function useMayDraw(): boolean {
  const { state } = useEditor()
  return useSignalSelector(state.mode, () => state.mayDraw)
}

const LOCK_TOPICS = ['every:stage', 'every:lane']

/** The locked stage or lane in which a record stands, so that it cannot be changed. */
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
 * What is worked out of many records, looked at again after a change of any of these topics. It must
 * be the very same (a word, a number, a kept array) as long as nothing changed.
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

/** How each step feels; the same array until one of them feels otherwise. */
export function useStepEmotions(): readonly (number | null)[] {
  const { store } = useEditor()
  const { columns, lanes } = useOutline()
  const emotions = useStoreSelector(EMOTION_TOPICS, () =>
    JSON.stringify(columns.map((column) => meanEmotion(store, column.step, lanes))),
  )
  return useMemo(() => JSON.parse(emotions) as (number | null)[], [emotions])
}

/** Who answers for each stage. */
export function useOwnership(): ReadonlyMap<Id, StageOwnership> {
  const { ownership } = useEditor()
  return useSyncExternalStore(ownership.subscribe, ownership.get)
}

const APPOINTER_TOPICS = ['every:appointment', 'every:person']

/** Whom to ask for a director; null for somebody who names directors themselves. */
export function useAppointer(): Appointer | null {
  const { store, members, admin, can } = useEditor()
  const mayAppoint = useSignalSelector(can, (rights) => rights.has('appoint'))
  const appointer = useStoreSelector(APPOINTER_TOPICS, () =>
    JSON.stringify(findAppointer(store, members.isCurrent, admin)),
  )
  return useMemo(() => (mayAppoint ? null : (JSON.parse(appointer) as Appointer | null)), [mayAppoint, appointer])
}

export function ownershipOf(ownership: ReadonlyMap<Id, StageOwnership>, stage: Id): StageOwnership {
  return ownership.get(stage) ?? VACANT
}

/** Who else is here, window by window: one's own other windows are nobody else. */
export function useOtherPeers(): readonly Peer[] {
  const { peers, me } = useEditor()
  const all = useSignal(peers)
  return useMemo(() => [...all.values()].filter(({ member }) => member === null || member !== me.member), [all, me])
}

/** How many open comments a record has. */
export function useOpenCommentCount(id: Id): number {
  const { comments } = useEditor()
  return useSyncExternalStore(comments.subscribe, () => comments.openCommentCount(id))
}

/** The stages that stand on a tinted band: every second one. */
export function useStripedStages(): ReadonlySet<Id> {
  const { stages } = useOutline()
  return useMemo(() => new Set(stages.filter((_, at) => at % 2)), [stages])
}

/** Whether a touchpoint fades because the filter leaves it out. */
export function useIsFilteredOut(id: Id): boolean {
  const { store, comments, ownership, state } = useEditor()
  const filter = useSignal(state.filter)
  return filter !== NO_FILTER && !matchesFilter(store, comments, ownership.get(), filter, id)
}

/** How a record differs from what the map is compared with: `is-added`, `is-changed`, or not. */
export function useComparisonClass(id: Id): '' | 'is-added' | 'is-changed' {
  const { comparison } = useEditor()
  return useSignalSelector(comparison, (other) =>
    other?.added.has(id) ? 'is-added' : other?.changed.has(id) ? 'is-changed' : '',
  )
}
