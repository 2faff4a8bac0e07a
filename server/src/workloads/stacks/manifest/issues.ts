import type { z } from 'zod'
import { didYouMean } from '../file/nearest.ts'
import type { Path, Problems } from '../file/problems.ts'
import { Manifest } from './schema.ts'

type Issue = z.core.$ZodIssue

interface Walked {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly valueType?: z.core.$ZodType
  readonly element?: z.core.$ZodType
  readonly innerType?: z.core.$ZodType
  readonly out?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
}

/** Keys known at a path, for "did you mean": the schema is walked down to it. */
function knownAt(path: Path, schema: z.core.$ZodType = Manifest): readonly string[] {
  const walked = (schema as z.ZodType).def as unknown as Walked
  const through = walked.innerType ?? walked.out
  if (through) return knownAt(path, through)
  if (walked.options) return walked.options.flatMap((option) => knownAt(path, option))
  const [key, ...rest] = path
  if (key === undefined) return Object.keys(walked.shape ?? {})
  const next = walked.shape?.[String(key)] ?? walked.valueType ?? walked.element
  return next === undefined ? [] : knownAt(rest, next)
}

const nouns: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

function sentence(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.path.length > 0
        ? `${String(issue.path.at(-1))} is missing: it must be ${nouns[issue.expected] ?? issue.expected}.`
        : `This must be ${nouns[issue.expected] ?? issue.expected}.`
    case 'invalid_value':
      return `This must be one of ${issue.values.map(String).join(', ')}.`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'This must not be empty.'
        : `This must be ${issue.minimum} or more.`
    case 'too_big':
      return `This must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : issue.origin === 'array' ? ' entries' : ''}.`
    case 'invalid_union':
      if (issue.input === undefined) return `${String(issue.path.at(-1))} is missing.`
      return issue.message === 'Invalid input'
        ? 'This has another form than expected. See docs/stack-file.md.'
        : issue.message
    default:
      return issue.message
  }
}

/** Turns what the schema refuses into problems with line and column. */
export function tellIssues(issues: readonly Issue[], problems: Problems): void {
  for (const issue of issues) {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part))
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        problems.errorAtKey([...path, key], `unknown key ${key}.${didYouMean(key, knownAt(path))}`)
      }
    } else if (
      issue.code === 'invalid_union' &&
      issue.errors.some((branch) => branch.some((inner) => inner.path.length > 0))
    ) {
      // The branch that got furthest into the value is the one that was meant.
      const deepest = issue.errors.toSorted((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0))[0] ?? []
      tellIssues(
        deepest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
        problems,
      )
    } else problems.error(path, sentence(issue))
  }
}
