/**
 * Translation of interface text. Messages are written in English; the catalogue of the reader's language, if it is not
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
  const form = Array.isArray(found) ? found[catalog!.plural(n)] : undefined
  return insert(form ?? (n === 1 ? singular : plural), { n, ...values })
}

function insert(message: string, values: Values = {}): string {
  return message.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder))
}
