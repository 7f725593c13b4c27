/** Hooks of the storyboard's components. */
import { useMemo, useSyncExternalStore } from 'react'
import { gettext } from '../lib/i18n'
import { useEditor, useOutline, useSignalSelector, useStoreSelector } from '../map/hooks'
import { PROMISE_STATUS_LABELS } from '../model/labels'
import type { Id, Item } from '../model/records'
import type { Thread } from '../store/comments'
import { type FilmFrame, filmFrames } from './film'

const FILM_TOPICS = ['moved:frame', 'type:frame', 'moved:step', 'moved:stage']

/** Return the frames in the order of the film. The array keeps its identity until the order changes. */
export function useFilm(): readonly FilmFrame[] {
  const { store } = useEditor()
  const outline = useOutline()
  const key = useStoreSelector(FILM_TOPICS, () =>
    filmFrames(store, outline)
      .map((frame) => `${frame.id} ${frame.step}`)
      .join(),
  )
  return useMemo(() => filmFrames(store, outline), [store, outline, key])
}

/** Return whether the user may comment. Rights can change while the storyboard is open. */
export function useMayComment(): boolean {
  const { can } = useEditor()
  return useSignalSelector(can, (rights) => rights.has('comment'))
}

/** Return the threads about a frame, oldest first. */
export function useThreads(frame: Id): readonly Thread[] {
  const { comments } = useEditor()
  return useSyncExternalStore(comments.subscribe, () => comments.threadsAbout(frame))
}

/** Return the most urgent promise at a step: a broken one first. */
export function usePromiseAt(step: Id): Item | undefined {
  const { store } = useEditor()
  const subscribe = useMemo(() => store.subscribe.bind(store, 'every:promise'), [store])
  return useSyncExternalStore(subscribe, () => {
    const promises = store.ofType('promise').map((id) => store.get(id))
    const tested = promises.filter((item) => item?.fields['tested_in'] === step)
    return tested.find((item) => item?.fields['status'] === 'broken') ?? tested[0]
  })
}

/** Return the label of a frame for screen readers. */
export function frameName(number: number, caption: string, feeling: string, promise: unknown): string {
  const name = caption
    ? gettext('Frame {number}: {caption}. {feeling}.', { number, caption, feeling })
    : gettext('Frame {number}, no caption. {feeling}.', { number, feeling })
  const status = PROMISE_STATUS_LABELS[String(promise)]
  const promised = gettext('Promise: {status}', { status: status ?? '' })
  return status ? `${name} ${promised}` : name
}
