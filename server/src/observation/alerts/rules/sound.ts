import { type AlertCondition, type AlertRuleSpec, eventTypes, Failure, serviceStates } from '@wheelhouse/contract'
import { requireWords } from '../../log-history/index.ts'

const refused = (field: string, why: string): Failure => new Failure('VALIDATION_FAILED', `${field}: ${why}`, { field })

const knownTypes = new Set<string>([
  ...Object.keys(eventTypes),
  ...Object.keys(eventTypes).map((type) => type.slice(0, type.indexOf('.'))),
  // What a run ended as.
  ...['succeeded', 'failed', 'rolled-back', 'abandoned', 'cancelled'].map((end) => `deployment.${end}`),
])

function requireTypes(field: string, types: readonly string[]): void {
  for (const type of types) {
    if (type.startsWith('alert')) throw refused(field, 'alerts are not watched for by alerts.')
    if (!knownTypes.has(type))
      throw refused(field, `"${type}" is no type of events. The timeline shows which there are.`)
  }
}

function requireCondition(condition: AlertCondition): void {
  const field = (name: string): string => `condition.${name}`
  switch (condition.kind) {
    case 'metric':
      if (condition.clearAt !== undefined) {
        const isBeyond =
          condition.compare === 'above'
            ? condition.clearAt > condition.threshold
            : condition.clearAt < condition.threshold
        if (isBeyond)
          throw refused(field('clearAt'), 'it lies beyond the threshold, so the alert would be over while it holds.')
      }
      return
    case 'event':
      requireTypes(field('types'), condition.types)
      requireTypes(field('until'), condition.until ?? [])
      return
    case 'absence':
      if (condition.of === 'event' && (condition.types ?? []).length === 0)
        throw refused(field('types'), 'say which event is missed when it does not come.')
      requireTypes(field('types'), condition.types ?? [])
      return
    case 'state': {
      const other = condition.states.find((state) => !(serviceStates as readonly string[]).includes(state))
      if (other !== undefined) throw refused(field('states'), `"${other}" is none of ${serviceStates.join(', ')}.`)
      return
    }
    case 'log':
      requireWords(condition)
      return
    default:
  }
}

/** Throws VALIDATION_FAILED for a rule that could never do what it says. */
export function requireSound(spec: AlertRuleSpec): void {
  requireCondition(spec.condition)
  const later = (spec.escalate ?? []).findIndex(
    ({ afterMs }, index, all) => index > 0 && afterMs <= (all[index - 1]?.afterMs ?? 0),
  )
  if (later !== -1) throw refused(`escalate.${later}.afterMs`, 'each step comes later than the one before.')
}
