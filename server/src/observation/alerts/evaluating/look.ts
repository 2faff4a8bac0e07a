import type { AlertRuleSpec } from '@wheelhouse/contract'
import type { Trace } from '../sensing/trace.ts'
import { type Hold, type Look, next, type Turn } from './hold.ts'
import { furtherOf, judge, timingOf } from './judge.ts'

export type Watched = Pick<AlertRuleSpec, 'condition' | 'forMs' | 'clearAfterMs'>

export interface Stepped {
  readonly hold: Hold
  readonly turn: Turn
  readonly value: number | null
}

/** Holds one rule against one subject at one moment. `override` says what is so whatever the trace tells. */
export function stepOn(
  rule: Watched,
  trace: Trace | null,
  before: Hold | null,
  at: number,
  override: Partial<Pick<Look, 'holds' | 'frozen'>> = {},
): Stepped {
  const value = trace?.valueAt(at) ?? null
  const look: Look = {
    at,
    value,
    holds: judge(rule.condition, value, before?.phase === 'firing'),
    frozen: trace?.isFrozen?.(at) ?? false,
    ...override,
  }
  return { ...next(before, look, timingOf(rule), furtherOf(rule.condition)), value }
}
