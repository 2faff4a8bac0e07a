import type { AlertCondition, AlertRule, AlertRuleSpec } from '@wheelhouse/contract'

export type Kind = AlertCondition['kind']

export const kindWords: Readonly<Record<Kind, string>> = {
  state: 'A state of services',
  health: 'Health checks fail',
  target: 'A target is not heard',
  metric: 'A metric over or under a threshold',
  change: 'A metric against before',
  forecast: 'A metric will reach a threshold',
  log: 'Lines in the logs',
  event: 'Something happens',
  absence: 'Something is missing',
}

/** All fields of the form as texts; those of other kinds stay while one tries kinds. */
export interface Draft {
  name: string
  summary: string
  severity: AlertRuleSpec['severity']
  kind: Kind
  service: string
  stack: string
  target: string
  label: string
  metric: string
  compare: 'above' | 'below'
  threshold: string
  clearAt: string
  window: string
  before: string
  percent: string
  within: string
  words: string
  level: string
  regex: string
  atLeast: string
  types: string
  until: string
  states: string
  missing: 'readings' | 'lines' | 'event'
  hold: string
  clearAfter: string
  channels: readonly string[]
  remind: string
  escalateAfter: string
  escalateTo: string
  enabled: boolean
}

const units = { s: 1_000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `5 min`, `90s`, `2h`, `1 d`; a bare number is minutes. Null for what is none. */
export function spanOf(text: string): number | null {
  const [, figure, unit = 'min'] = /^\s*(\d+(?:[.,]\d+)?)\s*(s|min|m|h|d)?\s*$/.exec(text) ?? []
  if (figure === undefined) return null
  const ms = Math.round(Number(figure.replace(',', '.')) * units[unit as keyof typeof units])
  return Number.isSafeInteger(ms) ? ms : null
}
export function spanText(ms: number | undefined): string {
  if (ms === undefined || ms === 0) return ''
  for (const unit of ['d', 'h', 'min'] as const) if (ms % units[unit] === 0) return `${ms / units[unit]} ${unit}`
  return `${ms / 1000} s`
}
const numberOf = (text: string): number | null => {
  const value = Number(text.replace(',', '.').replace('%', ''))
  return text.trim() === '' || !Number.isFinite(value) ? null : value
}
const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

export function draftOf(rule: AlertRule | null): Draft {
  const condition: Partial<Record<string, unknown>> = rule?.condition ?? { kind: 'metric' }
  const text = (key: string): string => {
    const value = condition[key]
    return Array.isArray(value)
      ? value.join(', ')
      : typeof value === 'string' || typeof value === 'number'
        ? String(value)
        : ''
  }
  const span = (key: string, otherwise: string): string =>
    typeof condition[key] === 'number' ? spanText(condition[key]) : otherwise
  const [step] = rule?.escalate ?? []
  return {
    name: rule?.name ?? '',
    summary: rule?.summary ?? '',
    severity: rule?.severity ?? 'warning',
    kind: rule?.condition.kind ?? 'metric',
    service: rule?.where.service ?? '',
    stack: rule?.where.stack ?? '',
    target: rule?.where.target ?? '',
    label: rule?.where.label ?? '',
    metric: text('metric') || 'cpu.percent',
    compare: condition.compare === 'below' ? 'below' : 'above',
    threshold: text('threshold') || '90',
    clearAt: text('clearAt'),
    window: span('windowMs', '5 min'),
    before: span('beforeMs', '1 h'),
    percent: text('percent') || '50',
    within: span('withinMs', '1 d'),
    words: text('q'),
    level: text('level'),
    regex: text('regex'),
    atLeast: text('atLeast') || '1',
    types: text('types'),
    until: text('until'),
    states: text('states') || 'failed',
    missing: condition.of === 'lines' || condition.of === 'event' ? condition.of : 'readings',
    hold: spanText(rule?.forMs),
    clearAfter: spanText(rule?.clearAfterMs),
    channels: rule?.channels ?? [],
    remind: spanText(rule?.remindMs),
    escalateAfter: spanText(step?.afterMs),
    escalateTo: step?.channels.join(', ') ?? '',
    enabled: rule?.enabled ?? true,
  }
}

type Wrong = Partial<Record<keyof Draft, string>>
const spanHint = 'Write such as 90 s, 5 min, 2 h or 1 d.'

function conditionOf(draft: Draft, wrong: Wrong): AlertCondition {
  const span = (field: 'window' | 'before' | 'within'): number => {
    const ms = spanOf(draft[field])
    if (ms === null || ms < 1_000) wrong[field] = spanHint
    return ms ?? 0
  }
  const figure = (field: 'threshold' | 'percent' | 'atLeast'): number => {
    const value = numberOf(draft[field])
    if (value === null) wrong[field] = 'A number is wanted here.'
    return value ?? 0
  }
  const types = (field: 'types' | 'until' | 'states'): string[] => listOf(draft[field])
  const { compare, metric } = draft
  const named = (): string => {
    if (metric.trim() === '') wrong.metric = 'Name a metric, such as cpu.percent.'
    return metric.trim()
  }
  switch (draft.kind) {
    case 'metric': {
      const clearAt = draft.clearAt.trim() === '' ? null : numberOf(draft.clearAt)
      if (draft.clearAt.trim() !== '' && clearAt === null) wrong.clearAt = 'A number is wanted here.'
      return {
        kind: 'metric',
        metric: named(),
        windowMs: span('window'),
        compare,
        threshold: figure('threshold'),
        ...(clearAt === null ? {} : { clearAt }),
      }
    }
    case 'change':
      return {
        kind: 'change',
        metric: named(),
        windowMs: span('window'),
        beforeMs: span('before'),
        compare,
        percent: figure('percent'),
      }
    case 'forecast':
      return {
        kind: 'forecast',
        metric: named(),
        windowMs: span('window'),
        withinMs: span('within'),
        compare,
        threshold: figure('threshold'),
      }
    case 'log': {
      const said = { q: draft.words.trim(), level: draft.level.trim(), regex: draft.regex.trim() }
      const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''))
      return { kind: 'log', ...given, windowMs: span('window'), atLeast: figure('atLeast') }
    }
    case 'event': {
      if (types('types').length === 0) wrong.types = 'Name types of events, such as deployment.failed.'
      const until = types('until')
      return {
        kind: 'event',
        types: types('types'),
        windowMs: span('window'),
        atLeast: figure('atLeast'),
        ...(until.length === 0 ? {} : { until }),
      }
    }
    case 'state':
      if (types('states').length === 0) wrong.states = 'Name states, such as failed.'
      return { kind: 'state', states: types('states') }
    case 'absence': {
      const missed = draft.missing === 'event' ? { types: types('types') } : {}
      if (draft.missing === 'event' && types('types').length === 0) wrong.types = 'Name the event that is missed.'
      return { kind: 'absence', of: draft.missing, ...missed, windowMs: span('window') }
    }
    default:
      return { kind: draft.kind }
  }
}

/** The rule that a draft is, and what is wrong with it by field. */
export function specOf(draft: Draft): { spec: AlertRuleSpec; wrong: Wrong } {
  const wrong: Wrong = {}
  if (draft.name.trim() === '') wrong.name = 'Give it a name: it is what people are told.'
  const condition = conditionOf(draft, wrong)
  const where = Object.fromEntries(
    (['service', 'stack', 'target', 'label'] as const).flatMap((field) =>
      draft[field].trim() === '' ? [] : [[field, draft[field].trim()]],
    ),
  )
  const optional = (field: 'hold' | 'clearAfter' | 'remind' | 'escalateAfter'): number | null => {
    if (draft[field].trim() === '') return null
    const ms = spanOf(draft[field])
    if (ms === null) wrong[field] = spanHint
    return ms
  }
  const [forMs, clearAfterMs, remindMs, afterMs] = [
    optional('hold'),
    optional('clearAfter'),
    optional('remind'),
    optional('escalateAfter'),
  ]
  const further = listOf(draft.escalateTo)
  if (afterMs !== null && further.length === 0) wrong.escalateTo = 'Name the channel that hears of it then.'
  return {
    wrong,
    spec: {
      name: draft.name.trim() || 'preview',
      ...(draft.summary.trim() === '' ? {} : { summary: draft.summary.trim() }),
      severity: draft.severity,
      where,
      condition,
      ...(forMs === null ? {} : { forMs }),
      ...(clearAfterMs === null ? {} : { clearAfterMs }),
      ...(draft.channels.length === 0 ? {} : { channels: [...draft.channels] }),
      ...(remindMs === null ? {} : { remindMs }),
      ...(afterMs === null || further.length === 0 ? {} : { escalate: [{ afterMs, channels: further }] }),
      enabled: draft.enabled,
    },
  }
}
