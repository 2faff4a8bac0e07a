import type { AlertCondition, Metric } from '@wheelhouse/contract'
import { figure, spanWords } from '../telling/figures.ts'
import type { Subject } from '../sensing/subject.ts'

export interface Told {
  readonly subject: Pick<Subject, 'name'>
  readonly value: number | null
  readonly detail: string | null
  readonly unit: Metric['unit'] | null
}

const dotted = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
const because = (detail: string | null): string => (detail === null || detail === '' ? '.' : `: ${dotted(detail)}`)
const how = {
  avg: 'on average',
  min: 'at least',
  max: 'at most',
  sum: 'in all',
  last: 'last',
  rate: 'on average',
  increase: 'in all',
  p95: 'for 95 of 100 readings',
} as const

/** What is so, as a whole sentence with the value and the threshold. */
export function sentenceOf(condition: AlertCondition, { subject: { name }, value, detail, unit }: Told): string {
  const shown = value === null ? 'unknown' : figure(value, unit)
  switch (condition.kind) {
    case 'metric': {
      const edge = figure(condition.threshold, unit)
      return `${condition.metric} of ${name} is ${shown} ${how[condition.aggregate ?? 'avg']} over ${spanWords(condition.windowMs)}, ${condition.compare} ${edge}.`
    }
    case 'change': {
      const word = (value ?? 0) < 0 ? 'fell' : 'rose'
      const percent = value === null ? '' : ` by ${figure(Math.abs(value), 'percent')}`
      return `${condition.metric} of ${name} ${word}${percent} against ${spanWords(condition.beforeMs)} before; told from ${figure(condition.percent, 'percent')} on.`
    }
    case 'forecast':
      return `${condition.metric} of ${name} will reach ${figure(condition.threshold, unit)} within ${spanWords(condition.withinMs)}${because(detail)}`
    case 'log':
      return `${name} said ${value ?? 0} such ${value === 1 ? 'line' : 'lines'} within ${spanWords(condition.windowMs)}; told from ${condition.atLeast} on.`
    case 'event':
      if (condition.atLeast === 1) return detail === null ? `${name}: it happened.` : dotted(detail)
      return `${value ?? 0} times within ${spanWords(condition.windowMs)}; told from ${condition.atLeast} on. Last${because(detail)}`
    case 'health':
      return `${name} is unhealthy${because(detail)}`
    case 'state':
      return `${name} ${condition.states.join() === 'failed' ? 'failed' : `is ${condition.states.join(' or ')}`}${because(detail)}`
    case 'target':
      return `${name} is not heard${because(detail)}`
    default:
      return condition.of === 'event'
        ? `None of ${(condition.types ?? []).join(', ')} came of ${name} for ${spanWords(condition.windowMs)}.`
        : `${name} runs, and there were no ${condition.of} of it for ${spanWords(condition.windowMs)}.`
  }
}

/** What to say when it is over. */
export function overSentence(condition: AlertCondition, told: Told): string {
  const { subject, value, unit } = told
  const shown =
    value === null || !('metric' in condition) || condition.kind !== 'metric' ? '' : `: ${figure(value, unit)}`
  switch (condition.kind) {
    case 'metric':
    case 'change':
    case 'forecast':
      return `${condition.metric} of ${subject.name} is well again${shown}.`
    case 'target':
      return `${subject.name} is heard again.`
    case 'health':
      return `${subject.name} is well again.`
    case 'state':
      return `${subject.name} is not ${condition.states.join(' or ')} any more.`
    default:
      return `It is over for ${subject.name}.`
  }
}
