import type { PolicyRules } from '@wheelhouse/contract'
import {
  type Allowance,
  containerReasons,
  refuseOrTell,
  resourceReasons,
  swarmServiceReasons,
} from '../../inventory/policies/index.ts'
import type { Rendered } from './rendered.ts'

/** Everything in a stack that the rules do not allow, a sentence each. */
export function reach(rendered: Rendered, rules: PolicyRules): string[] {
  const own = new Set(rendered.workloads.map((workload) => workload.spec.name))
  const services = rendered.workloads.flatMap(({ spec }) =>
    spec.kind === 'container'
      ? containerReasons(spec, own, rules)
      : spec.kind === 'swarm-service'
        ? // Networks go by their names here.
          swarmServiceReasons(spec.native, (name) => name, rules)
        : [],
  )
  return [...new Set([...services, ...rendered.resources.flatMap((spec) => resourceReasons(spec, rules))])]
}

/** Throws POLICY_REFUSED with every reason, or answers what an administrator should know before going on. */
export function requireAllowed(rendered: Rendered, allowance: Allowance, rules: PolicyRules): readonly string[] {
  const reasons = reach(rendered, rules)
  if (rendered.format === 'wheelhouse' && allowance === 'developer') {
    reasons.push(
      'Processes run as the user of Wheelhouse itself: this needs an administrator, or the role developer granted on this target.',
    )
  }
  return refuseOrTell(reasons, 'this stack', allowance, rules)
}
