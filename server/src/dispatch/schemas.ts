import { Failure, type Operation, type Schema } from '@wheelhouse/contract'
import { z } from 'zod'
import { fieldProblems } from './issue-words.ts'
import { withoutKept } from './steady-rows.ts'

type Parser = { safeParse(value: unknown, options?: { reportInput?: boolean }): z.ZodSafeParseResult<unknown> }
const compiled = new WeakMap<Schema, Parser>()

/** Compiles a schema at first use: a start that compiled all of them would take a quarter of a second. */
function parserOf(schema: Schema): Parser {
  let parser = compiled.get(schema)
  if (!parser) {
    parser = z.compile(schema) as unknown as Parser
    compiled.set(schema, parser)
  }
  return parser
}

/** The input as the operation declares it, or VALIDATION_FAILED with one entry a field. */
export function parseInput(operation: Operation, input: unknown): Record<string, unknown> {
  // PostgreSQL stores no NUL in a text, and nobody types one.
  // Behind an even number of backslashes it is that character; behind an odd number it is the six that people type for it.
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(input))) {
    throw new Failure('VALIDATION_FAILED', 'A text contains the character NUL. Leave it out.', { fields: [] })
  }
  const result = parserOf(operation.input).safeParse(input, { reportInput: true })
  if (result.success) return result.data as Record<string, unknown>
  const fields = fieldProblems(result.error.issues)
  const first = fields[0]
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : ''
  const message = first ? `${first.field || 'the request'}: ${first.message}${more}.` : undefined
  throw new Failure('VALIDATION_FAILED', message, { fields })
}

/** Strips what the contract does not promise, so that nothing internal leaks. A mismatch is our own defect. */
export function parseOutput(operation: Operation, output: unknown): unknown {
  const { rest, whole } = withoutKept(operation, output)
  const result = parserOf(operation.output).safeParse(rest)
  if (result.success) return whole(result.data)
  throw new Error(`${operation.id} answered what its contract does not say: ${z.prettifyError(result.error)}`)
}
