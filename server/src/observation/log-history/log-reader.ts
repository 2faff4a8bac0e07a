import { type LineFields, readerMethods } from '@wheelhouse/platform/lines'
import { answering } from '@wheelhouse/platform/thread'
import { parsedLine } from '../log-formats/index.ts'
import { type PatternsAsked, patternsIn } from './patterns/ask-patterns.ts'

/** Fields by which lines may be asked for: those that they tell, their format and their level. */
function fieldsOf(text: string): LineFields {
  const { fields, format, level } = parsedLine(text)
  return { format, level, ...fields }
}

answering({ ...readerMethods(fieldsOf), patterns: (asked: PatternsAsked) => patternsIn(asked, fieldsOf) })
