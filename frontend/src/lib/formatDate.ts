/** Dates and times in the reader's locale and the browser's time zone. */

/** Format a moment: the time for today, otherwise day and time, with the year if it is not the current one. */
export function formatDateTime(at: string, now: Date = new Date()): string {
  const date = new Date(at)
  if (date.toDateString() === now.toDateString()) return date.toLocaleTimeString(undefined, { timeStyle: 'short' })
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return date.toLocaleString(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', ...year })
}

/** Format a moment in full, with the time zone's name. */
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

/** Return today's date in a time zone (an IANA name), such as 2026-11-28. */
export function todayIn(timeZone: string, now = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
}
