/** Times and days as the reader's own clock and calendar have them, in the zone of the browser. */

/** When something was: the time alone for today, the day and the time before that, the year if it is another. */
export function formatDateTime(at: string, now: Date = new Date()): string {
  const date = new Date(at)
  if (date.toDateString() === now.toDateString()) return date.toLocaleTimeString(undefined, { timeStyle: 'short' })
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return date.toLocaleString(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', ...year })
}

/** The same in full, with the zone by name. */
export function formatLongDateTime(at: string, locale?: string): string {
  return new Date(at).toLocaleString(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  })
}

/** Today's date in a time zone (an IANA name), as 2026-11-28. */
export function todayIn(timeZone: string, now = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
}
