import { detectLevel } from '@wheelhouse/driver'
import type { ParsedLine } from './parsed-line.ts'
import { isoTime } from './told-time.ts'

const time = /^[[(]?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\s?(?:Z|[+-]\d\d:?\d\d)?)[\])]?[\s:|-]*/

/** What is of no format: a time in front and a level are read off, the rest is the message. */
export function plain(text: string): ParsedLine {
  const [head, told] = time.exec(text) ?? []
  return {
    format: 'plain',
    level: detectLevel(text),
    at: told === undefined ? null : isoTime(told),
    message: head === undefined ? text : text.slice(head.length),
    fields: {},
    access: null,
  }
}
