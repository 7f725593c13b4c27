import { formatDateTime, formatLongDateTime } from '../lib/formatDate'

/** When something was, by the reader's clock; the zone is in its tooltip. */
export function Time({ at }: { at: string }) {
  return (
    <time className="hint" dateTime={at} title={formatLongDateTime(at)}>
      {formatDateTime(at)}
    </time>
  )
}
