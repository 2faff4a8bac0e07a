import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvCell, csvRow } from './index.ts'

/** Reads one row after RFC 4180, on its own rules. */
function readRow(row: string): string[] {
  const cells: string[] = []
  let at = 0
  while (at <= row.length) {
    const quoted = /"((?:[^"]|"")*)"(?=,|$)/y
    const plain = /[^,"]*(?=,|$)/y
    quoted.lastIndex = plain.lastIndex = at
    const hit = quoted.exec(row)
    if (hit) cells.push((hit[1] ?? '').replaceAll('""', '"'))
    else cells.push(plain.exec(row)?.[0] ?? '')
    at = (hit ? quoted.lastIndex : plain.lastIndex) + 1
  }
  return cells
}

describe('csv', () => {
  it.each(['=1+1', '+1', '-1', '@sum(a1)', '\t=1', '\r=1'])('shows %j as text in a spreadsheet', (cell) => {
    expect(readRow(csvCell(cell))).toEqual([`'${cell}`])
  })
  it('leaves nothing for null and ends rows with CR LF', () => {
    expect(csvRow([null, 'a', 'b,c', 'd"e', 'f\ng'])).toBe(',a,"b,c","d""e","f\ng"\r\n')
  })
  it('gives back every cell as it was, and none that starts a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (cells) => {
        const read = readRow(csvRow(cells).slice(0, -2))
        expect(read.map((cell, n) => (cell === cells[n] ? cell : cell.replace(/^'/, '')))).toEqual(cells)
        for (const cell of read) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
      }),
    )
  })
})
