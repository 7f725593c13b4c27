/** Follow a person: the map scrolls to the part that they see, until the user takes an action. */
import type { Editor } from '../commands/command'
import { COLUMN_WIDTH } from '../layout/sizes'
import { gettext } from '../lib/i18n'
import { keyName as keyName } from '../lib/keys'
import type { Peer } from '../sync/liveSocket'

/**
 * Return the key by which a person is followed: the membership, to follow them in any window, or a guest's
 * connection.
 */
export function peerKey(peer: Peer): string {
  return peer.member ?? peer.c
}

export function watchFollowedPeer({ state, peers, outline, ui }: Editor, frame: HTMLElement): () => void {
  let last: Peer | undefined
  const onPeersChange = () => {
    const key = state.followedPeer.get()
    const peer = [...peers.get().values()].find((peer) => peerKey(peer) === key)
    if (key && last && !peer) {
      ui.toast(gettext('{name} has left.', { name: last.name }))
      state.followedPeer.set(null)
    }
    if (peer?.view && peer.view[0] !== last?.view?.[0]) scrollToStep(peer.view[0])
    const chosen = peer?.sel[0]
    if (chosen && chosen !== last?.sel[0])
      frame
        .querySelector(`[data-item="${CSS.escape(chosen)}"]`)
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    last = peer
  }
  const scrollToStep = (step: string) => {
    const column = outline.get().columns.find((column) => column.step === step)
    const left = (column?.number ?? 0) * COLUMN_WIDTH * state.zoom.get()
    if (column) frame.scrollTo({ left: getComputedStyle(frame).direction === 'rtl' ? -left : left })
  }
  const stop = () => state.followedPeer.set(null)
  const onKeyDown = (event: KeyboardEvent) => {
    if (keyName(event) === 'Escape' || frame.contains(event.target as Node)) stop()
  }
  const cleanups = [peers.subscribe(onPeersChange), state.followedPeer.subscribe(onPeersChange)]
  window.addEventListener('keydown', onKeyDown, true)
  for (const own of ['pointerdown', 'wheel'] as const) frame.addEventListener(own, stop, { passive: true })
  return () => {
    cleanups.forEach((cleanup) => cleanup())
    window.removeEventListener('keydown', onKeyDown, true)
    for (const own of ['pointerdown', 'wheel'] as const) frame.removeEventListener(own, stop)
  }
}
