/** Moments and days of the server's pages, as the reader's own clock and calendar show them. */

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
  time.title = at.toLocaleString(undefined, { ...DAY_FORMAT, ...CLOCK_FORMAT, timeZoneName: 'short' })
  if (time.dataset['show'] === 'day') time.textContent = at.toLocaleDateString(undefined, DAY_FORMAT)
  if (time.dataset['show'] === 'moment')
    time.textContent = at.toLocaleString(undefined, { ...DAY_FORMAT, ...CLOCK_FORMAT })
  if (time.dataset['show'] === 'clock') time.textContent = clockTime(at)
}

/** The time alone where the reader's day is the one of the heading above (the day in UTC). */
function clockTime(at: Date): string {
  const isSameDay = localDay(at) === at.toISOString().slice(0, 10)
  return at.toLocaleString(undefined, isSameDay ? CLOCK_FORMAT : { day: 'numeric', month: 'short', ...CLOCK_FORMAT })
}

/** Start a date field at the reader's own day, unless it holds what somebody chose. */
function prefillToday(field: HTMLInputElement): void {
  const isChosen =
    field.value !== field.defaultValue ||
    field.form?.querySelector(`[name="initial-${field.name}"], .field-error, .banner-brk`)
  if (isChosen || !field.value) return
  const day = new Date()
  day.setDate(day.getDate() + Number(field.dataset['fromToday']))
  field.defaultValue = field.value = localDay(day)
}

function localDay(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}
