/** Tells a browser's pages that somebody is signed in: each page of a user says so when it is loaded. */
const CHANNEL = 'cxmap-sign-in'

export function announceSignIn(user: string): void {
  if (!user || !('BroadcastChannel' in globalThis)) return
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(user)
  channel.close()
}

/** Call `watcher` when another page was loaded by somebody signed in; return what ends that. */
export function watchSignIn(listener: () => void): () => void {
  if (!('BroadcastChannel' in globalThis)) return () => undefined
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = listener
  return () => channel.close()
}
