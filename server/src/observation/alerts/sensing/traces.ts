import type { AlertRuleSpec } from '@wheelhouse/contract'
import { absenceTraces } from './absence-traces.ts'
import { eventTraces } from './event-traces.ts'
import { logTraces } from './log-traces.ts'
import { metricTraces } from './metric-traces.ts'
import { type EndedAlone, nowTraces } from './now-traces.ts'
import { pastStates } from './past-states.ts'
import type { World } from './ports.ts'
import { Selection } from './selection.ts'
import type { Span, Traces } from './trace.ts'

export interface Asked {
  readonly rule: Pick<AlertRuleSpec, 'where' | 'condition'>
  /** Since when the rule is as it is, epoch ms. */
  readonly ruleSinceMs: number
  readonly endedAlone: EndedAlone
  readonly signal?: AbortSignal
}

/** What a rule is held against, over a span of time that is over (`isPast`) or at one moment, now. */
export function tracesOf(
  { rule, ruleSinceMs, endedAlone, signal }: Asked,
  world: World,
  span: Span & { readonly isPast: boolean },
): Promise<Traces> {
  const { condition, where } = rule
  const selection = new Selection(where)
  switch (condition.kind) {
    case 'metric':
    case 'change':
    case 'forecast':
      return metricTraces(condition, where, selection, world, span)
    case 'log':
      return logTraces(condition, selection, world, span, signal)
    case 'event':
      return eventTraces(condition, selection, world, span)
    case 'absence':
      return absenceTraces(condition, where, selection, world, { ...span, ruleSinceMs })
    default:
      if (span.isPast) return pastStates(condition, selection, world, span)
      return Promise.resolve({
        traces: nowTraces(condition, selection, world, endedAlone),
        unit: null,
        problem: null,
        limits: [],
      })
  }
}
