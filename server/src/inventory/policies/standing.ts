import { Failure, type PolicyRules } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../dispatch/index.ts'

/** Who asked: administrators are told what reaches beyond a workload, others are refused. */
export type Allowance = 'admin' | 'developer' | 'developer-with-processes'

/** A token of an administrator counts as one only where its scopes say so. */
export function allowanceOf(caller: Caller, targetId: string): Allowance {
  if (callerMay(caller, 'targets.manage')) return 'admin'
  const granted = caller.authority?.grants.some(
    (grant) => grant.on === 'target' && grant.id === targetId && grant.role === 'developer',
  )
  return granted ? 'developer-with-processes' : 'developer'
}

/**
 * Throws POLICY_REFUSED with every reason, or answers them as what an administrator should know before going on.
 * `what` names the thing in the sentence: `this stack`, `this container`.
 */
export function refuseOrTell(
  reasons: readonly string[],
  what: string,
  allowance: Allowance,
  rules: PolicyRules,
): readonly string[] {
  if (reasons.length === 0) return []
  const bound = allowance !== 'admin' || rules.enforceOnAdministrators
  if (!bound) return reasons
  const way = rules.enforceOnAdministrators
    ? 'The policy binds administrators as well: change it first.'
    : `An administrator can do it, or change the policy.`
  throw new Failure('POLICY_REFUSED', `The policy forbids ${what}: ${reasons.join(' ')} ${way}`, {
    reasons: [...reasons],
  })
}
