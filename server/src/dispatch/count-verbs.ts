import type { PlanStep } from '@wheelhouse/contract'

/** `counts` of a plan: how many of its steps there are of each verb. */
export function countVerbs(steps: readonly PlanStep[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { verb } of steps) counts[verb] = (counts[verb] ?? 0) + 1
  return counts
}
