import { formatDateTime, formatLongDateTime } from '../lib/formatDate'

/** A moment in the reader's local time, with the time zone in the tooltip. */
export function Time({ at }: { at: string }) {
  return (
    <time className="hint" dateTime={at} title={formatLongDateTime(at)}>
      {formatDateTime(at)}
    </time>
  )
}
