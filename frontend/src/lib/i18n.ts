/**
 * Translation of interface text. Messages are written in English; the catalog of the reader's language, if it is not
 * English, is a script that the page loads before this one (core/catalogs.py writes it).
 */
export type Values = Readonly<Record<string, string | number>>

interface Catalog {
  readonly plural: (n: number) => number
  readonly messages: Readonly<Record<string, string | readonly string[]>>
}

declare global {
  var cxmapCatalog: Catalog | undefined
}

/** Return a message in the reader's language, with `{name}` replaced by values. */
export function gettext(message: string, values?: Values): string {
  const found = globalThis.cxmapCatalog?.messages[message]
  return insert(typeof found === 'string' ? found : message, values)
}

/** Return the form of a message that fits a number, which is inserted as `{n}`. */
export function ngettext(singular: string, plural: string, n: number, values?: Values): string {
  const catalog = globalThis.cxmapCatalog
  const found = catalog?.messages[singular]
  const form = catalog && typeof found === 'object' ? found[catalog.plural(n)] : undefined
  return insert(form ?? (n === 1 ? singular : plural), { n, ...values })
}

/** Return a list of texts as one text in the reader's language: "one, two, three". */
export function joinList(texts: readonly string[]): string {
  const language = document.documentElement.lang || 'en'
  return new Intl.ListFormat(language, { type: 'unit', style: 'short' }).format(texts)
}

/** Return the language that the reader has chosen, for dates and numbers. Undefined stands for the browser's. */
export function readerLocale(): string | undefined {
  return document.documentElement.dataset['language']
}

/** Return the time zone that the reader has chosen, an IANA name. Undefined stands for the browser's. */
export function readerTimeZone(): string | undefined {
  return document.documentElement.dataset['timeZone']
}

function insert(message: string, values: Values = {}): string {
  return message.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder))
}
