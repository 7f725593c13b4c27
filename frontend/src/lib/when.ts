/** Times and days as the reader's own clock and calendar have them, in the zone of the browser. */

/** When something was: the time alone for today, the day and the time before that, the year if it is another. */
export function dayAndTime(at: string, now: Date = new Date()): string {
  const then = new Date(at)
  if (then.toDateString() === now.toDateString()) return then.toLocaleTimeString(undefined, { timeStyle: 'short' })
  const year = then.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return then.toLocaleString(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', ...year })
}

/** The same in full, with the zone by name. */
export function timeInFull(at: string, locale?: string): string {
  return new Date(at).toLocaleString(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short' })
}

/** Today's date in a time zone (an IANA name), as 2026-11-28. */
export function dateIn(timeZone: string, now = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
}
