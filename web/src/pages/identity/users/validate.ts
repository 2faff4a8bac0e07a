import { sentence } from '../../../api/trouble.ts'

/** Checks an input against the contract's own schema, which is loaded with the first form that needs it. */
export async function issuesOf(operation: 'create' | 'update', input: unknown): Promise<Record<string, string>> {
  const { userIssues } = await import('./schema.ts')
  return Object.fromEntries(
    userIssues(operation, input).map(([field, message]) => [
      field,
      sentence(message.startsWith('Invalid email') ? 'write it as mara@harbor.example' : message),
    ]),
  )
}
