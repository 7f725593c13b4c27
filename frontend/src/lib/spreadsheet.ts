/** Tables as spreadsheets put them on the clipboard: cells between tabs, quoted as RFC 4180 says. */
import Papa from 'papaparse'

const TAB = '\t'
const FORMULA = /^\s*[=+\-@\t\r\n＝＋－＠]/
const DEFUSED = new RegExp(`^'(?=${FORMULA.source.slice(1)})`)
// A quoted cell ends before a tab, a line end or the end of the text. Other quotes belong to the text:
// programs write "Hi" she said as it is beside cells that they quote.
const CELL = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))([\t\n]|$)/y

/** The rows and cells of a text; of cells that `writeTable` has defused, as they were. */
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

/** A table as text. A cell that a spreadsheet would calculate gets an apostrophe, as OWASP advises. */
export function writeTable(rows: readonly (readonly string[])[]): string {
  return Papa.unparse(rows as string[][], { delimiter: TAB, newline: '\n', escapeFormulae: FORMULA })
}
