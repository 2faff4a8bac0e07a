import { createHash } from 'node:crypto'
import { Failure, type Plan } from '@wheelhouse/contract'

/**
 * What binds a run to the plan that was shown. It is answered to whoever plans and has no key: nothing secret may go into it, for a
 * short password could be found by trying.
 */
export const planDigest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)

/** Throws PLAN_CHANGED, with the new plan, where another one was agreed to. */
export function requireAgreed(digest: string | undefined, plan: Plan): void {
  if (digest === undefined || digest === plan.digest) return
  throw new Failure(
    'PLAN_CHANGED',
    'Things have changed since the plan was made. Look at the new plan and agree to it.',
    { plan },
  )
}
