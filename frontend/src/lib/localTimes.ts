/** Shows the times and dates of server-rendered pages in the reader's time zone and locale. */
import { dateIn } from './formatDate'
import { readerLocale, readerTimeZone } from './i18n'

const DAY_FORMAT: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' }
const CLOCK_FORMAT: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }

export function watchLocalTimes(): void {
  localize(document)
  document.addEventListener('htmx:load', ({ target }) => localize(target as Element))
}

function localize(root: Document | Element): void {
  root.querySelectorAll<HTMLTimeElement>('time[data-show]').forEach(localizeTime)
  root.querySelectorAll<HTMLInputElement>('input[data-from-today]').forEach(prefillToday)
}

function localizeTime(time: HTMLTimeElement): void {
  const at = new Date(time.dateTime)
  if (Number.isNaN(at.getTime())) return
  time.title = format(at, { ...DAY_FORMAT, ...CLOCK_FORMAT, timeZoneName: 'short' })
  if (time.dataset['show'] === 'day') time.textContent = format(at, DAY_FORMAT)
  if (time.dataset['show'] === 'moment') time.textContent = format(at, { ...DAY_FORMAT, ...CLOCK_FORMAT })
  if (time.dataset['show'] === 'clock') time.textContent = clockTime(at)
}

/** Return the time, with the day if the reader's day differs from the UTC day in the heading above. */
function clockTime(at: Date): string {
  const isSameDay = dateIn(readerTimeZone(), at) === at.toISOString().slice(0, 10)
  return format(at, isSameDay ? CLOCK_FORMAT : { day: 'numeric', month: 'short', ...CLOCK_FORMAT })
}

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  return at.toLocaleString(readerLocale(), { ...options, timeZone: readerTimeZone() })
}

/** Set a date field relative to the reader's own day, unless it holds a chosen value. */
function prefillToday(field: HTMLInputElement): void {
  const isChosen =
    field.value !== field.defaultValue ||
    field.form?.querySelector(`[name="initial-${field.name}"], .field-error, .banner-brk`)
  if (isChosen || !field.value) return
  const day = new Date(dateIn(readerTimeZone(), new Date())) // midnight UTC
  day.setUTCDate(day.getUTCDate() + Number(field.dataset['fromToday']))
  field.defaultValue = field.value = day.toISOString().slice(0, 10)
}
