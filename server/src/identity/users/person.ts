import { type Authority, Failure } from '@wheelhouse/contract'
import type { Caller } from '../../dispatch/caller.ts'

/** A caller who is someone: signed in, or with an API token. */
export type Known = Caller & { readonly userId: string; readonly authority: Authority }

export function requireUser(caller: Caller): Known {
  const { userId, authority } = caller
  if (userId === null || authority === null) throw new Failure('UNAUTHENTICATED')
  return { ...caller, userId, authority }
}

/** A signed-in person. A token must not reach what would outlive or widen it: `what` completes "may not …". */
export function requirePerson(caller: Caller, what: string): Known & { readonly sessionId: string } {
  const known = requireUser(caller)
  if (known.kind !== 'user' || known.sessionId === null) {
    throw new Failure('FORBIDDEN', `An API token may not ${what}. Sign in with your password to do it.`)
  }
  return { ...known, sessionId: known.sessionId }
}
