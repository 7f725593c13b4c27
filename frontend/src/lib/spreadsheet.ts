/** Tables as spreadsheets put them on the clipboard: cells between tabs, quoted as RFC 4180 says. */
import Papa from 'papaparse'

const TAB = '\t'
const NO_QUOTES = '\u0000' // a character that no text has
const FORMULA = /^\s*[=+\-@\t\r\n＝＋－＠]/

/** The rows and cells of a text. Where its quotes are no quoting ("Hi" she said), they belong to the text. */
export function parseTable(text: string): string[][] {
  const lines = text.replace(/\r\n?/g, '\n')
  const options = { delimiter: TAB, newline: '\n' } as const
  const quoted = Papa.parse<string[]>(lines, options)
  const isQuoting = !quoted.errors.some(({ type }) => type === 'Quotes')
  return isQuoting ? quoted.data : Papa.parse<string[]>(lines, { ...options, quoteChar: NO_QUOTES }).data
}

/** A table as text. A cell that a spreadsheet would calculate gets an apostrophe, as OWASP advises. */
export function writeTable(rows: readonly (readonly string[])[]): string {
  return Papa.unparse(rows as string[][], { delimiter: TAB, newline: '\n', escapeFormulae: FORMULA })
}
