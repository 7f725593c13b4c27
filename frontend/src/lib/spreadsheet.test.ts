import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTable, writeTable } from './spreadsheet'

describe('a table from a spreadsheet', () => {
  it.each<[string, string[][]]>([
    ['"Calls the\nhotline"\tWaits', [['Calls the\nhotline', 'Waits']]],
    [
      '"Calls the\r\nhotline"\tWaits\r\nEnd\t',
      [
        ['Calls the\nhotline', 'Waits'],
        ['End', ''],
      ],
    ],
    ['"She says ""hello"" twice"\tB', [['She says "hello" twice', 'B']]],
    ['"A\tB"\tC', [['A\tB', 'C']]],
    ['"Quoted"', [['Quoted']]],
    ['""', [['']]],
    ['5" screen\tB', [['5" screen', 'B']]],
    ['"Hi" she said\tB\nNext', [['"Hi" she said', 'B'], ['Next']]],
    ['"never closed\tB\nNext', [['"never closed', 'B'], ['Next']]],
    ['"Hi" she said\t"Calls the\nhotline"\tB', [['"Hi" she said', 'Calls the\nhotline', 'B']]],
    ["'=1+1\t'tis so\t\"'-5 %\"", [['=1+1', "'tis so", '-5 %']]],
    ['One, two; three|four', [['One, two; three|four']]],
    ['Old\rMac', [['Old'], ['Mac']]],
  ])('is read cell by cell: %j', (text, rows) => expect(parseTable(text)).toEqual(rows))
})

describe('a table for a spreadsheet', () => {
  it.each<[string[], string]>([
    [['"Hi" she said', '=1+1'], `"""Hi"" she said"\t"'=1+1"`],
    [['+1', '-1', '@SUM(A1)', 'a=1'], `"'+1"\t"'-1"\t"'@SUM(A1)"\ta=1`],
    [['\t=1', '\r=1', ' =1', '＝1'], `"'\t=1"\t"'\r=1"\t"' =1"\t"'＝1"`],
    [['A\tB', 'C\nD', ''], '"A\tB"\t"C\nD"\t'],
  ])('is quoted, and calculates nothing: %j', (row, text) => expect(writeTable([row])).toBe(text))

  it('can be parsed again unchanged', () => {
    const cell = fc
      .string({ unit: fc.constantFrom('a', 'ß', '"', "'", '\t', '\n', ',', ' ', '😀') })
      .map((text) => `x${text}`)
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (rows) => {
        expect(parseTable(writeTable(rows))).toEqual(rows)
      }),
    )
  })
})
