import { splitQuotes } from '../lib/direction'

/** A sentence whose quoted parts are user text, isolated in their own direction. */
export function QuotedText({ text }: { text: string }) {
  return (
    <>{splitQuotes(text).map((part, at) => (at % 2 ? <bdi key={at}>{part}</bdi> : <span key={at}>{part}</span>))}</>
  )
}
