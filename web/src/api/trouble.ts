import { Problem } from '@wheelhouse/client'

/** An error in the words a person reads. */
export interface Words {
  readonly what: string
  readonly code: string
  readonly requestId: string | null
}

export function wordsFor(error: unknown): Words {
  if (error instanceof Problem) return { what: error.message, code: error.code, requestId: error.requestId }
  const what =
    error instanceof Error && error.message !== '' ? error.message : 'The page met something it does not know.'
  return {
    what: `${what} Reload the page; if it stays, report it with the code below.`,
    code: 'WEB_ERROR',
    requestId: null,
  }
}

interface FieldIssue {
  readonly field: string
  readonly message: string
}

/** What the server said of single fields, by field name. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {}
  const { fields, issues } = error.details
  if (Array.isArray(fields ?? issues)) {
    const list = (fields ?? issues) as (FieldIssue & { path?: unknown })[]
    return Object.fromEntries(
      list.map((issue) => [
        String(issue.field ?? (Array.isArray(issue.path) ? issue.path.join('.') : issue.path) ?? ''),
        String(issue.message),
      ]),
    )
  }
  if (fields && typeof fields === 'object')
    return Object.fromEntries(Object.entries(fields).map(([field, message]) => [field, String(message)]))
  return {}
}
