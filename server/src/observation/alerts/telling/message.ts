import type { AlertEvidence } from '@wheelhouse/contract'
import type { Message } from '../../notifications/index.ts'
import type { AlertRecord } from '../incidents/store.ts'
import { listed } from './figures.ts'

export type AlertOccasion = 'alert.fired' | 'alert.escalated' | 'alert.cleared'

const severities = { critical: 'error', warning: 'warning', info: 'info' } as const
const linesTold = 8

/** Which alert a message is about, by its key; null for one of something else. */
export const alertOfKey = (key: unknown): string | null =>
  typeof key === 'string' ? (/^alert\/([^/]+)\//.exec(key)?.[1] ?? null) : null

const heads = {
  'alert.fired': { critical: 'Critical', warning: 'Warning', info: 'Notice' },
  'alert.escalated': { critical: 'Nobody is at it', warning: 'Nobody is at it', info: 'Nobody is at it' },
  'alert.cleared': { critical: 'Over', warning: 'Over', info: 'Over' },
} as const

export interface Telling {
  readonly occasion: AlertOccasion
  readonly alert: AlertRecord
  readonly evidence: AlertEvidence | null
  readonly children: readonly AlertRecord[]
  readonly link: string | null
  readonly at: number
  /** Tells apart what is told of the same alert; the same again is not sent twice. */
  readonly turn: string
  /** What precedes the sentence, such as that it is a reminder. */
  readonly lead?: string
}

/** One message of one incident, with what was known when it fired. */
export function messageOfAlert({ occasion, alert, evidence, children, link, at, turn, lead }: Telling): Message {
  const over = occasion === 'alert.cleared'
  const exit = evidence?.exit ?? null
  const facts: [string, string][] = [
    ['Alert', `#${alert.number}, ${alert.rule}`],
    ...(children.length === 0
      ? []
      : [['With it', listed([...new Set(children.map(({ subject }) => subject))], 8)] as [string, string]]),
    ...(over || evidence?.deployment == null
      ? []
      : [['Last deployment', `${evidence.deployment.title} (${evidence.deployment.state})`] as [string, string]]),
    ...(over || exit === null
      ? []
      : [
          [
            'Last exit',
            [exit.exitCode === null ? null : `code ${exit.exitCode}`, exit.reason].filter(Boolean).join(', '),
          ] as [string, string],
        ]),
    ...(over || evidence?.summary == null ? [] : [['What to do', evidence.summary] as [string, string]]),
  ]
  return {
    key: `alert/${alert.id}/${occasion}/${turn}`,
    occasion,
    severity: over ? 'info' : severities[alert.severity],
    title: `${heads[occasion][alert.severity]}: ${alert.subject}`,
    sentence: `${lead ?? ''}${over ? overWords(alert, at) : flapWords(alert)}`,
    stack: alert.stack,
    environment: null,
    release: null,
    failed: null,
    link,
    lines: over ? [] : (evidence?.lines ?? []).slice(-linesTold).map(({ text }) => text.slice(0, 300)),
    at: new Date(at).toISOString(),
    facts,
    alert: {
      id: alert.id,
      number: alert.number,
      rule: alert.rule,
      severity: alert.severity,
      state: alert.state,
      subject: alert.subject,
    },
  }
}

const flapWords = ({ flapping, message }: AlertRecord): string =>
  flapping === 1 ? `${message} It goes back and forth; you are told again when it is calm.` : message

const overWords = ({ subject, message, firedAt, clearedAt }: AlertRecord, at: number): string => {
  const minutes = Math.max(1, Math.round(((clearedAt ?? at) - firedAt) / 60_000))
  return `${subject}: it is over after ${minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`}. It was: ${message}`
}

/** Many at once, as one. */
export function digestOf(
  occasion: AlertOccasion,
  alerts: readonly AlertRecord[],
  link: string | null,
  at: number,
): Message {
  const first = alerts[0]
  const worst = alerts.toSorted((a, b) => b.rank - a.rank)[0]
  const names = [...new Set(alerts.map(({ subject }) => subject))]
  const stacks = new Set(alerts.map(({ stack }) => stack))
  const over = occasion === 'alert.cleared'
  return {
    key: `alert/${first?.id}/${occasion}/with-${alerts.length}-${first?.told}-${at}`,
    occasion,
    severity: over || !worst ? 'info' : severities[worst.severity],
    title: over ? `Over: ${alerts.length} alerts` : `${alerts.length} alerts at once`,
    sentence: over ? `It is over: ${listed(names, 8)}.` : `${listed(names, 8)} need you.`,
    stack: stacks.size === 1 ? (first?.stack ?? null) : null,
    environment: null,
    release: null,
    failed: null,
    link,
    lines: over ? [] : alerts.slice(0, 20).map(({ number, message }) => `#${number} ${message}`.slice(0, 300)),
    at: new Date(at).toISOString(),
  }
}
