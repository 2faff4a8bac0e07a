import type { AlertCondition, AlertRuleSpec } from '@wheelhouse/contract'
import type { Timing } from './hold.ts'

const minuteMs = 60_000
/** How often what has no event of its own is looked at. */
export const lookEveryMs = 15_000
const seldomMs = 5 * minuteMs

/** The window of a condition; null for those that ask how something is now. */
export const windowOf = (condition: AlertCondition): number | null =>
  'windowMs' in condition ? condition.windowMs : null

/** How often a rule is looked at: a long window moves slowly. */
export function everyMs(condition: AlertCondition): number {
  const window = windowOf(condition)
  if (window === null || condition.kind === 'event') return lookEveryMs
  const steps = Math.round(window / 20 / lookEveryMs)
  return Math.min(seldomMs, Math.max(lookEveryMs, steps * lookEveryMs))
}

export function timingOf(rule: Pick<AlertRuleSpec, 'condition' | 'forMs' | 'clearAfterMs'>): Timing {
  return {
    forMs: rule.forMs ?? 0,
    clearAfterMs: rule.clearAfterMs ?? minuteMs,
    longestStepMs: Math.max(minuteMs, 2 * everyMs(rule.condition)),
  }
}

/** Whether the condition holds at a value; `firing` says that it did before. Null where there is no value. */
export function judge(condition: AlertCondition, value: number | null, firing: boolean): boolean | null {
  if (value === null) return null
  switch (condition.kind) {
    case 'metric': {
      const edge = firing && condition.clearAt !== undefined ? condition.clearAt : condition.threshold
      return condition.compare === 'above' ? value > edge : value < edge
    }
    case 'change':
      return condition.compare === 'above' ? value > condition.percent : value < condition.percent
    case 'forecast':
      return condition.compare === 'above' ? value >= condition.threshold : value <= condition.threshold
    case 'log':
    case 'event':
      return value >= condition.atLeast
    default:
      return value > 0
  }
}

/** Which of two values is worse under a condition. */
export const furtherOf =
  (condition: AlertCondition) =>
  (a: number, b: number): boolean =>
    'compare' in condition && condition.compare === 'below' ? a < b : a > b
