import { users } from '@wheelhouse/contract/identity/users'
import { config, safeParse } from 'zod'

// Zod would try to compile with `new Function`, which the content security policy refuses.
config({ jitless: true })

/** Field and message of everything the contract refuses. Brings Zod along: import it lazily. */
export function userIssues(operation: 'create' | 'update', input: unknown): [string, string][] {
  const result = safeParse(users[operation].input, input)
  return result.success ? [] : result.error.issues.map((issue) => [issue.path.join('.'), issue.message])
}
