import { users } from '@wheelhouse/contract/identity/users'
import { safeParse } from 'zod'

/** Field and message of everything the contract refuses. Brings Zod along: import it lazily. */
export function userIssues(operation: 'create' | 'update', input: unknown): [string, string][] {
  const result = safeParse(users[operation].input, input)
  return result.success ? [] : result.error.issues.map((issue) => [issue.path.join('.'), issue.message])
}
