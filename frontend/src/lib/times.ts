/** Moments and days of the server's pages, as the reader's own clock and calendar show them. */

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' }
const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }

export function watchTimes(): void {
  showLocal(document)
  document.addEventListener('htmx:load', ({ target }) => showLocal(target as Element))
}

function showLocal(root: Document | Element): void {
  root.querySelectorAll<HTMLTimeElement>('time[data-show]').forEach(showTime)
  root.querySelectorAll<HTMLInputElement>('input[data-from-today]').forEach(startToday)
}

function showTime(time: HTMLTimeElement): void {
  const at = new Date(time.dateTime)
  if (Number.isNaN(at.getTime())) return
  time.title = at.toLocaleString(undefined, { ...DAY, ...CLOCK, timeZoneName: 'short' })
  if (time.dataset['show'] === 'day') time.textContent = at.toLocaleDateString(undefined, DAY)
  if (time.dataset['show'] === 'moment') time.textContent = at.toLocaleString(undefined, { ...DAY, ...CLOCK })
  if (time.dataset['show'] === 'clock') time.textContent = clock(at)
}

/** The time alone where the reader's day is the one of the heading above (the day in UTC). */
function clock(at: Date): string {
  const isSameDay = localDay(at) === at.toISOString().slice(0, 10)
  return at.toLocaleString(undefined, isSameDay ? CLOCK : { day: 'numeric', month: 'short', ...CLOCK })
}

/** Start a date field at the reader's own day, unless it holds what somebody chose. */
function startToday(field: HTMLInputElement): void {
  const isChosen = field.value !== field.defaultValue || field.form?.querySelector(`[name="initial-${field.name}"], .field-error, .banner-brk`)
  if (isChosen || !field.value) return
  const day = new Date()
  day.setDate(day.getDate() + Number(field.dataset['fromToday']))
  field.defaultValue = field.value = localDay(day)
}

function localDay(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}
