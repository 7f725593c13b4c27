/** How components read: each subscribes to the one record, cell or signal that it shows. */
import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react'
import type { Editor } from '../commands/command'
import type { Signal } from '../lib/signal'
import { type Appointer, type Owned, VACANT, appointer } from '../model/owners'
import type { Id, Item } from '../model/records'
import { passes } from '../store/filter'
import { lockOn } from '../store/locks'
import { type Outline, feelingOf } from '../store/outline'
import { NO_FILTER } from '../store/view'
import type { Peer } from '../sync/live'

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
export function useDerived<T, U>(signal: Signal<T>, derive: (value: T) => U): U {
  return useSyncExternalStore(signal.subscribe, () => derive(signal.get()))
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
  const { view } = useEditor()
  return useDerived(view.mode, () => view.mayDraw)
}

const LOCKS = ['every:stage', 'every:lane']

/** The locked stage or lane in which a record stands, so that it cannot be changed. */
export function useLock(id: Id | null): Item | undefined {
  const { store } = useEditor()
  return useWorkedOut(LOCKS, () => lockOn(store, store.get(id)))
}

export function useRecord(id: Id | null | undefined): Item | undefined {
  const { store } = useEditor()
  const subscribe = useCallback((watcher: () => void) => store.subscribe(id ?? '', watcher), [store, id])
  return useSyncExternalStore(subscribe, () => store.get(id))
}

export function useCell(cell: string): readonly Id[] {
  const { store } = useEditor()
  const subscribe = useCallback((watcher: () => void) => store.subscribe(cell, watcher), [store, cell])
  return useSyncExternalStore(subscribe, () => store.inCell(cell))
}

export function useType(type: string): readonly Id[] {
  const { store } = useEditor()
  const subscribe = useCallback((watcher: () => void) => store.subscribe(`type:${type}`, watcher), [store, type])
  return useSyncExternalStore(subscribe, () => store.ofType(type))
}

export function useOutline(): Outline {
  const { order } = useEditor()
  return useSyncExternalStore(order.subscribe, () => order.get())
}

/**
 * What is worked out of many records, looked at again after a change of any of these topics. It must
 * be the very same (a word, a number, a kept array) as long as nothing changed.
 */
export function useWorkedOut<T>(topics: readonly string[], workOut: () => T): T {
  const { store } = useEditor()
  const subscribe = useCallback((watcher: () => void) => {
    const ends = topics.map((topic) => store.subscribe(topic, watcher))
    return () => ends.forEach((end) => end())
  }, [store, topics])
  return useSyncExternalStore(subscribe, workOut)
}

const FELT = ['every:touchpoint', 'moved:lane']

/** How each step feels; the same array until one of them feels otherwise. */
export function useFeelings(): readonly (number | null)[] {
  const { store } = useEditor()
  const { columns, lanes } = useOutline()
  const felt = useWorkedOut(FELT, () => JSON.stringify(columns.map((column) => feelingOf(store, column.step, lanes))))
  return useMemo(() => JSON.parse(felt) as (number | null)[], [felt])
}

/** Who answers for each stage. */
export function useOwners(): ReadonlyMap<Id, Owned> {
  const { owners } = useEditor()
  return useSyncExternalStore(owners.subscribe, owners.get)
}

const OFFICES = ['every:appointment', 'every:person']

/** Whom to ask for a director; null for somebody who names directors themselves. */
export function useAppointer(): Appointer | null {
  const { store, members, admin, can } = useEditor()
  const mayAppoint = useDerived(can, (rights) => rights.has('appoint'))
  const found = useWorkedOut(OFFICES, () => JSON.stringify(appointer(store, members.isCurrent, admin)))
  return useMemo(() => (mayAppoint ? null : (JSON.parse(found) as Appointer | null)), [mayAppoint, found])
}

export function ownedBy(owned: ReadonlyMap<Id, Owned>, stage: Id): Owned {
  return owned.get(stage) ?? VACANT
}

/** Who else is here, window by window: one's own other windows are nobody else. */
export function useOthers(): readonly Peer[] {
  const { peers, me } = useEditor()
  const all = useSignal(peers)
  return useMemo(() => [...all.values()].filter(({ member }) => member === null || member !== me.member), [all, me])
}

/** How many open comments a record has. */
export function useComments(id: Id): number {
  const { comments } = useEditor()
  return useSyncExternalStore(comments.subscribe, () => comments.countOf(id))
}

/** The stages that stand on a tinted band: every second one. */
export function useBands(): ReadonlySet<Id> {
  const { stages } = useOutline()
  return useMemo(() => new Set(stages.filter((_, at) => at % 2)), [stages])
}

/** Whether a touchpoint fades because the filter leaves it out. */
export function useFaded(id: Id): boolean {
  const { store, comments, owners, view } = useEditor()
  const filter = useSignal(view.filter)
  return filter !== NO_FILTER && !passes(store, comments, owners.get(), filter, id)
}

/** How a record differs from what the map is compared with: `is-added`, `is-changed`, or not. */
export function useDifference(id: Id): '' | 'is-added' | 'is-changed' {
  const { compared } = useEditor()
  return useDerived(compared, (other) => (other?.added.has(id) ? 'is-added' : other?.changed.has(id) ? 'is-changed' : ''))
}
