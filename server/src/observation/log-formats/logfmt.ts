import { endOfQuote } from './common-log.ts'
import { jsonLine } from './json.ts'
import type { Fields, FieldValue, ParsedLine } from './parsed-line.ts'

const mostPairs = 100
const name = /[\w.@/-]/

/** The pairs of a line; null where it does not begin with one, or holds less than two. */
export function pairsOf(text: string): Fields | null {
  const fields = Object.create(null) as Fields
  let count = 0
  for (let at = 0, words = 0; at < text.length && count + words < mostPairs;) {
    while (text[at] === ' ') at++
    const from = at
    while (at < text.length && name.test(text[at]!)) at++
    if (at === from || text[at] !== '=') {
      if (count === 0) return null
      // A bare word among the pairs says that it is so.
      while (at < text.length && text[at] !== ' ') at++
      if (at > from) fields[text.slice(from, at)] = true
      words++
      continue
    }
    const key = text.slice(from, at)
    const [value, end] = valueAt(text, at + 1)
    fields[key] = value
    count++
    at = end
  }
  return count < 2 ? null : fields
}

function valueAt(text: string, from: number): [value: FieldValue, end: number] {
  if (text[from] === '"') {
    const end = endOfQuote(text, from + 1)
    if (end > 0) return [text.slice(from + 1, end).replaceAll('\\"', '"'), end + 1]
  }
  const blank = text.indexOf(' ', from)
  const end = blank < 0 ? text.length : blank
  const raw = text.slice(from, end)
  if (/^-?\d{1,15}(\.\d{1,12})?$/.test(raw)) return [Number(raw), end]
  return [raw === 'true' ? true : raw === 'false' ? false : raw, end]
}

/** `level=warn msg="it is slow" took=12`. */
export function logfmt(text: string): ParsedLine | null {
  if (!text.includes('=')) return null
  const fields = pairsOf(text)
  return fields === null ? null : { ...jsonLine(fields, text), format: 'logfmt' }
}
