/** Following somebody: one sees what they see, until one does something oneself. */
import type { Editor } from '../commands/command'
import { COLUMN } from '../layout/sizes'
import { keyOf as keyName } from '../lib/keys'
import type { Peer } from '../sync/live'

/** By what a person is followed: the membership, whatever window they are in; of a guest the connection. */
export function keyOf(peer: Peer): string {
  return peer.member ?? peer.c
}

export function watchFollowing({ view, peers, order, prompts }: Editor, frame: HTMLElement): () => void {
  let last: Peer | undefined
  const look = () => {
    const key = view.following.get()
    const peer = [...peers.get().values()].find((one) => keyOf(one) === key)
    if (key && last && !peer) {
      prompts.toast(`${last.name} has left.`)
      view.following.set(null)
    }
    if (peer?.view && peer.view[0] !== last?.view?.[0]) lookAt(peer.view[0])
    const chosen = peer?.sel[0]
    if (chosen && chosen !== last?.sel[0]) frame.querySelector(`[data-item="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    last = peer
  }
  const lookAt = (step: string) => {
    const column = order.get().columns.find((one) => one.step === step)
    const left = (column?.number ?? 0) * COLUMN * view.zoom.get()
    if (column) frame.scrollTo({ left: getComputedStyle(frame).direction === 'rtl' ? -left : left })
  }
  const stop = () => view.following.set(null)
  const pressed = (event: KeyboardEvent) => {
    if (keyName(event) === 'Escape' || frame.contains(event.target as Node)) stop()
  }
  const ends = [peers.subscribe(look), view.following.subscribe(look)]
  window.addEventListener('keydown', pressed, true)
  for (const own of ['pointerdown', 'wheel'] as const) frame.addEventListener(own, stop, { passive: true })
  return () => {
    ends.forEach((end) => end())
    window.removeEventListener('keydown', pressed, true)
    for (const own of ['pointerdown', 'wheel'] as const) frame.removeEventListener(own, stop)
  }
}
