/** Dates and times in the reader's locale and time zone. */
import { readerLocale, readerTimeZone } from './i18n'

/** Format a moment: the time for today, otherwise day and time, with the year if it is not the current one. */
export function formatDateTime(at: string, now: Date = new Date()): string {
  const date = new Date(at)
  const timeZone = readerTimeZone()
  const [day, today] = [dateIn(timeZone, date), dateIn(timeZone, now)]
  if (day === today) return date.toLocaleTimeString(readerLocale(), { timeStyle: 'short', timeZone })
  return date.toLocaleString(readerLocale(), {
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
    ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
  })
}

/** Format a moment in full, with the time zone's name. */
export function formatLongDateTime(at: string, locale = readerLocale()): string {
  return new Date(at).toLocaleString(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: readerTimeZone(),
  })
}

/** Return the date of a moment in a time zone (an IANA name, or the browser's), such as 2026-11-28. */
export function dateIn(timeZone: string | undefined, at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
}
