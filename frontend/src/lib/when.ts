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

/** The day as inputs and the API write it: 2026-11-28. It is the reader's, not that of UTC. */
export function dayOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
