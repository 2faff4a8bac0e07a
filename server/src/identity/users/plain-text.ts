import { Failure } from '@wheelhouse/contract'

/** Refuses control characters in a name: they would steer the terminal of whoever lists it, and PostgreSQL does not store NUL. */
export function requirePlain(text: string | undefined, field: string): void {
  if (text === undefined || !/\p{Cc}/u.test(text)) return
  const message = 'It contains control characters. Leave them out.'
  throw new Failure('VALIDATION_FAILED', `The ${field} cannot be used. ${message}`, {
    fields: [{ field, message }],
  })
}
