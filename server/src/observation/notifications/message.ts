import type { Event, NotificationOccasion } from '@wheelhouse/contract'

/** One thing to tell people, free of secrets: what it was made from is masked before it comes here. */
export interface Message {
  /** Names what happened: a channel is told of it once, however often it is handed in. */
  readonly key: string
  readonly occasion: NotificationOccasion | 'test'
  readonly severity: 'info' | 'warning' | 'error'
  readonly title: string
  /** One sentence. */
  readonly sentence: string
  readonly stack: string | null
  readonly environment: string | null
  /** Such as r118. */
  readonly release: string | null
  /** The stage or check that failed. */
  readonly failed: string | null
  /** Where to look, an address people can open. */
  readonly link: string | null
  /** The last log lines, oldest first. */
  readonly lines: readonly string[]
  /** What else is known, as label and value. */
  readonly facts?: readonly (readonly [label: string, value: string])[]
  /** Of an alert: what programs that are told of it go by. */
  readonly alert?: {
    readonly id: string
    readonly number: number
    readonly rule: string
    readonly severity: string
    readonly state: string
    readonly subject: string
  }
  /** ISO 8601 UTC. */
  readonly at: string
}

const mostLines = 20
const longestLine = 300

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** What a run ended as, where people are told of it. */
const ends: Readonly<Record<string, NotificationOccasion>> = {
  succeeded: 'deployment.succeeded',
  'rolled-back': 'deployment.rolled-back',
  failed: 'deployment.failed',
  abandoned: 'deployment.failed',
}

function occasionOf(event: Event): NotificationOccasion | null {
  if (event.type === 'deployment.finished') return ends[String(event.data.state)] ?? null
  if (event.type === 'deployment.waiting') return event.type
  if (event.type === 'backup.failed' || event.type === 'backup.missed') return event.type
  return event.type === 'certificate.expiring' ? event.type : null
}

const subject = (stack: string | null, environment: string | null): string =>
  [stack, environment].filter(Boolean).join(', ')

/** The head of a message: what happened to what. */
export function titleOf(occasion: Message['occasion'], stack: string | null, environment: string | null): string {
  const of = subject(stack, environment)
  const words: Record<Message['occasion'], string> = {
    'deployment.succeeded': 'Deployed',
    'deployment.rolled-back': 'Rolled back',
    'deployment.failed': 'Deployment failed',
    'deployment.waiting': 'Approval wanted',
    'backup.failed': 'Backup failed',
    'backup.missed': 'Backup missed',
    'certificate.expiring': 'Certificate ends soon',
    'alert.fired': 'Alert',
    'alert.escalated': 'Nobody is at it',
    'alert.cleared': 'Over',
    test: 'Test',
  }
  return of === '' ? words[occasion] : `${words[occasion]}: ${of}`
}

/** The key of what happened to a deployment: a stage may wait for approval more than once in a run, an end comes once. */
export const deploymentKey = (id: string, occasion: NotificationOccasion, stage: string | null = null): string =>
  occasion === 'deployment.waiting' ? `${id}/${occasion}/${stage ?? ''}` : `${id}/${occasion}`

function releaseOf(value: unknown): string | null {
  const number = typeof value === 'number' ? value : record(value).number
  return typeof number === 'number' ? `r${number}` : text(value)
}

function linesOf(value: unknown): string[] {
  const lines = Array.isArray(value)
    ? value.flatMap((each: unknown) => (typeof each === 'string' ? [each] : linesOf(record(each).lines)))
    : []
  return lines.slice(-mostLines).map((line) => line.slice(0, longestLine))
}

/** The message that an event makes; null for one that nobody is told of. `linkTo` makes an address of a path of the pages. */
export function messageOf(event: Event, linkTo: (path: string) => string | null): Message | null {
  const occasion = occasionOf(event)
  if (occasion === null) return null
  const { data } = event
  const outcome = record(data.outcome)
  const deploymentId = text(data.deploymentId)
  const environment = text(data.environment)
  const path = deploymentId !== null ? `/deployments/${encodeURIComponent(deploymentId)}` : pages[occasion]
  return {
    key: deploymentId === null ? event.id : deploymentKey(deploymentId, occasion, text(data.stage)),
    occasion,
    severity: event.severity,
    title: titleOf(occasion, event.stack, environment),
    sentence: event.message,
    stack: event.stack,
    environment,
    release: releaseOf(data.release),
    failed: text(data.failed) ?? text(record(outcome.check).name) ?? text(outcome.stage),
    link: linkTo(path),
    lines: linesOf(data.lines ?? outcome.logs),
    at: event.at,
  }
}

const pages: Readonly<Record<NotificationOccasion, string>> = {
  'deployment.succeeded': '/deployments',
  'deployment.rolled-back': '/deployments',
  'deployment.failed': '/deployments',
  'deployment.waiting': '/deployments',
  'backup.failed': '/backups',
  'backup.missed': '/backups',
  'certificate.expiring': '/certificates',
  'alert.fired': '/alerts',
  'alert.escalated': '/alerts',
  'alert.cleared': '/alerts',
}
