import { parsedLine, withoutColours } from '../../log-formats/index.ts'

/** What stands for a part that differs from line to line. */
export const hole = '<*>'
const mostWords = 60
const longest = 4_000
const time =
  /^[[(]?(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\s?(?:Z|[+-]\d\d:?\d\d)?|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)[\])]?[\s:|-]*/
const digit = /\d/
const pair = /^([A-Za-z_][\w.-]{0,60}[=:])(.+)$/

/**
 * The words of a line, with those that hold a digit, or look like an id, taken out: they are what differs. A line of JSON is what its
 * message says.
 */
export function wordsOfShape(text: string): string[] {
  const bare = withoutColours(text.length > longest ? text.slice(0, longest) : text)
  const said = bare.trimStart()[0] === '{' ? parsedLine(bare).message : bare.replace(time, '')
  const words = said.trim().split(/\s+/, mostWords)
  return words.map(masked)
}

function masked(word: string): string {
  if (!digit.test(word)) return word
  const [, key, value] = pair.exec(word) ?? []
  if (key !== undefined && value !== undefined && !digit.test(key)) return `${key}${hole}`
  return hole
}
