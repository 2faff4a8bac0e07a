import type { z } from 'zod'
import { didYouMean } from '../file/nearest.ts'
import type { Path, Problems } from '../file/problems.ts'
import { HealthEntry, Manifest, ServiceEntry } from './schema.ts'

type Issue = z.core.$ZodIssue

/** Keys known at a path, for "did you mean". */
function knownAt(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(Manifest.shape)
  if (path.length === 2) return Object.keys(ServiceEntry.shape)
  const last = path[2]
  if (last === 'health') return Object.keys(HealthEntry.shape)
  if (last === 'restart') return ['policy', 'delay', 'max_delay', 'max_retries']
  return last === 'stop' ? ['signal', 'timeout'] : last === 'log' ? ['max_size', 'files'] : []
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
