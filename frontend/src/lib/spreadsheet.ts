/** Tables as spreadsheets put them on the clipboard: tab-separated cells, quoted as in RFC 4180. */
import Papa from 'papaparse'

const TAB = '\t'
const FORMULA = /^\s*[=+\-@\t\r\n＝＋－＠]/
const DEFUSED = new RegExp(`^'(?=${FORMULA.source.slice(1)})`)
// A quoted cell ends before a tab, a line end or the end of the text. Other quotes are part of the text: programs write
// "Hi" she said unquoted beside cells that they quote.
const CELL = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))([\t\n]|$)/y

/** Return the rows and cells of a text, with the apostrophes added by `writeTable` removed. */
export function parseTable(text: string): string[][] {
  const lines = text.replace(/\r\n?/g, '\n')
  const rows: string[][] = [[]]
  CELL.lastIndex = 0
  for (;;) {
    const [, quoted, plain = '', end] = CELL.exec(lines) ?? []
    rows.at(-1)?.push((quoted?.replaceAll('""', '"') ?? plain).replace(DEFUSED, ''))
    if (end === '\n') rows.push([])
    else if (end !== TAB) return rows
  }
}

/** Format a table as text. A cell that a spreadsheet would evaluate gets an apostrophe, as OWASP recommends. */
export function writeTable(rows: readonly (readonly string[])[]): string {
  return Papa.unparse(rows as string[][], { delimiter: TAB, newline: '\n', escapeFormulae: FORMULA })
}
