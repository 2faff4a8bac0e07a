/** A cell a spreadsheet would run as a formula; tab and carriage return hide the sign from a reader, not from the spreadsheet. */
const formula = /^[=+\-@\t\r]/
const needsQuotes = /[",\r\n]/

/** One cell after RFC 4180. What would be a formula gets a leading ' so that a spreadsheet shows it as text. */
export function csvCell(value: string | null): string {
  if (value === null) return ''
  const safe = formula.test(value) ? `'${value}` : value
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvRow = (cells: readonly (string | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`
