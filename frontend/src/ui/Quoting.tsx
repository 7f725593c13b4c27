import { byQuotes } from '../lib/direction'

/** A sentence that quotes what people wrote, in whatever direction they write. */
export function Quoting({ text }: { text: string }) {
  return <>{byQuotes(text).map((part, at) => (at % 2 ? <bdi key={at}>{part}</bdi> : <span key={at}>{part}</span>))}</>
}
