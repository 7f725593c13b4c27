import { splitQuotes } from '../lib/direction'

/** A sentence that quotes what people wrote, in whatever direction they write. */
export function QuotedText({ text }: { text: string }) {
  return (
    <>{splitQuotes(text).map((part, at) => (at % 2 ? <bdi key={at}>{part}</bdi> : <span key={at}>{part}</span>))}</>
  )
}
