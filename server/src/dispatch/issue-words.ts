import type { z } from 'zod'

type Issue = z.core.$ZodIssue

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}
const formats: Readonly<Record<string, string>> = {
  datetime: 'a time such as 2026-11-20T10:00:00Z',
  email: 'an e-mail address',
  url: 'an address such as https://example.org',
}
const units: Readonly<Record<string, string>> = { string: ' characters', array: ' entries', file: ' bytes' }

const bound = (word: string, limit: unknown, origin: string): string =>
  `use ${word} ${String(limit)}${units[origin] ?? ''}`

function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${issue.values
        .map((value) => String(value))
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')}`
    case 'too_small':
      return bound('at least', issue.minimum, issue.origin)
    case 'too_big':
      return bound('at most', issue.maximum, issue.origin)
    case 'invalid_format':
      return `must be ${formats[issue.format] ?? issue.format}`
    case 'invalid_union':
      return 'fits none of its forms; see /docs'
    default:
      return issue.message
  }
}

// What the contract says in its own words stands; the library's stock sentences are said anew.
const stock = /^(Invalid|Too small|Too big|Unrecognized|Expected)/

/** The problems of one input, one entry a field. */
export function fieldProblems(issues: readonly Issue[]): { field: string; message: string }[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          field: [...issue.path, key].join('.'),
          message: 'is not a field of this operation',
        }))
      : [{ field: issue.path.join('.'), message: stock.test(issue.message) ? wordsOf(issue) : issue.message }],
  )
}
