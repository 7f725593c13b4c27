/** Announces sign-ins to the browser's other pages. Each page announces its signed-in user when it loads. */
const CHANNEL = 'cxmap-sign-in'

export function announceSignIn(user: string): void {
  if (!user || !('BroadcastChannel' in globalThis)) return
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(user)
  channel.close()
}

/** Call `listener` when another page is loaded by a signed-in user. Return a function that stops watching. */
export function watchSignIn(listener: () => void): () => void {
  if (!('BroadcastChannel' in globalThis)) return () => undefined
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = listener
  return () => channel.close()
}
