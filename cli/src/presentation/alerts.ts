import type { Alert, AlertPreview, AlertRule, OutputOf, Silence, alerts } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from './block.ts'
import { type Look, type Paint, paint } from './look.ts'
import type { Column } from './table.ts'
import { age, clock, count, duration } from './units.ts'
import { clean } from './width.ts'

export type WholeAlert = OutputOf<typeof alerts.get>

const severityPaint: Readonly<Record<Alert['severity'], Paint | undefined>> = {
  critical: 'red',
  warning: 'yellow',
  info: undefined,
}
const stateWords = { open: 'open', acknowledged: 'acknowledged', snoozed: 'snoozed', cleared: 'over' } as const

export const alertColumns: readonly Column<Alert>[] = [
  { head: 'NO', cell: (a) => ({ text: `#${a.number}`, paint: 'bold' }) },
  { head: 'SEVERITY', cell: (a) => ({ text: a.severity, paint: severityPaint[a.severity] }) },
  { head: 'STATE', cell: (a) => stateWords[a.state] },
  { head: 'SUBJECT', cell: (a) => (a.children > 0 ? `${a.subject} +${a.children}` : a.subject), shrink: 10 },
  { head: 'SINCE', align: 'right', cell: (a, look) => age(a.firedAt, look.now) },
  { head: 'BY', sparse: true, cell: (a) => a.acknowledgedBy ?? '', drop: 3 },
  { head: 'WHAT', cell: (a) => clean(a.message), shrink: 20 },
  { head: 'RULE', wide: true, cell: (a) => a.rule },
]

export const ruleColumns: readonly Column<AlertRule>[] = [
  { head: 'NAME', cell: (r) => ({ text: r.name, paint: 'bold' }), shrink: 12 },
  { head: 'SEVERITY', cell: (r) => r.severity },
  { head: 'KIND', cell: (r) => r.condition.kind },
  { head: 'ENABLED', cell: (r) => (r.enabled ? 'yes' : { text: 'no', paint: 'yellow' }) },
  { head: 'OPEN', align: 'right', cell: (r) => (r.open === 0 ? '-' : { text: String(r.open), paint: 'red' }) },
  {
    head: 'FIRED',
    align: 'right',
    cell: (r, look) => (r.firedAt === null ? 'never' : age(r.firedAt, look.now)),
    drop: 3,
  },
  {
    head: 'PROBLEM',
    sparse: true,
    cell: (r) => ({ text: clean(r.problem ?? ''), paint: 'yellow' }),
    shrink: 14,
    drop: 4,
  },
  { head: 'ID', wide: true, cell: (r) => ({ text: r.id, paint: 'dim' }) },
]

const about = ({ service, stack, target, ruleId }: Silence): string =>
  [service, stack && `stack ${stack}`, target && `on ${target}`, ruleId && 'one rule'].filter(Boolean).join(', ') ||
  'everything'

export const silenceColumns: readonly Column<Silence>[] = [
  { head: 'ID', cell: (s) => ({ text: s.id, paint: 'dim' }) },
  { head: 'ACTIVE', cell: (s) => (s.active ? { text: 'yes', paint: 'yellow' } : 'no') },
  { head: 'SILENCES', cell: about, shrink: 12 },
  { head: 'UNTIL', cell: (s, look) => (s.until === null ? '-' : clock(s.until, look.now)) },
  { head: 'AGAIN', sparse: true, cell: (s) => (s.repeat ? `${s.repeat.cron} ${s.repeat.timeZone}` : '') },
  { head: 'REASON', cell: (s) => clean(s.reason), shrink: 12 },
  { head: 'BY', cell: (s) => s.createdBy, drop: 2 },
]

/** One alert with what was known, what happened to it, and what may mend it. */
export function alertText(alert: WholeAlert, look: Look): string {
  const { evidence, steps, acts, folded } = alert
  const exit = evidence?.exit ?? null
  const rows: Field[] = [
    ['state', `${alert.severity}, ${stateWords[alert.state]}`, severityPaint[alert.severity]],
    ['rule', alert.rule],
    ['since', clock(alert.firedAt, look.now)],
    ['over since', alert.clearedAt && clock(alert.clearedAt, look.now)],
    ['taken by', alert.acknowledgedBy],
    ['reason', alert.reason],
    ['quiet until', alert.snoozedUntil && clock(alert.snoozedUntil, look.now)],
    ['what to do', evidence?.summary],
    [
      'last exit',
      exit && [exit.exitCode === null ? null : `code ${exit.exitCode}`, exit.reason].filter(Boolean).join(', '),
    ],
    ['last deployment', evidence?.deployment && `${evidence.deployment.title}, ${evidence.deployment.state}`],
    ['messages', alert.told > 0 ? String(alert.told) : null],
  ]
  const list = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${heading(title, look)}${indented(lines.map((line) => `${line}\n`).join(''))}`
  return [
    `${paint(`#${alert.number} ${clean(alert.subject)}`, 'bold', look)}\n${clean(alert.message)}\n`,
    fields(rows, look),
    list(
      'Last lines',
      (evidence?.lines ?? []).map(({ text }) => clean(text)),
    ),
    list(
      'With it',
      folded.map(({ number, subject, message }) => `#${number} ${clean(subject)}: ${clean(message)}`),
    ),
    list(
      'What happened',
      steps.map(({ at, by, message }) => `${clock(at, look.now)} ${by === null ? '' : `${by}: `}${clean(message)}`),
    ),
    list(
      'What may mend it',
      acts.map(({ label, reason }) => `${label}: ${clean(reason)}`),
    ),
  ].join('')
}

const mostEpisodes = 20

/** What a rule would have told. */
export function previewText(preview: AlertPreview, look: Look): string {
  const { fired, noisy, episodes, now, suggestion, limits, since, until } = preview
  const span = duration(Date.parse(until) - Date.parse(since))
  const holding = now.filter(({ holds }) => holds).map(({ subject }) => subject)
  const lines = episodes.slice(0, mostEpisodes).map(({ subject, firedAt, endedAt, value }) => {
    const lasted = endedAt === null ? 'still so' : duration(Date.parse(endedAt) - Date.parse(firedAt))
    return `${clock(firedAt, look.now)}  ${clean(subject)}  ${lasted}${value === null ? '' : `  up to ${Number(value.toPrecision(4))}`}\n`
  })
  return [
    paint(`It would have fired ${count(fired, 'time')} in the last ${span}.`, noisy ? 'yellow' : 'bold', look),
    '\n',
    indented(lines.join('')),
    holding.length > 0 ? `It holds now for ${holding.join(', ')}.\n` : '',
    suggestion === null ? '' : `${suggestion}\n`,
    ...limits.map((limit) => `${paint(limit, 'dim', look)}\n`),
  ].join('')
}
