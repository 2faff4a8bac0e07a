import type { HealthCheckSpec } from '@wheelhouse/contract'

/** What stands in the fields: text, as it was typed. */
export interface Draft {
  readonly name: string
  readonly kind: string
  readonly url: string
  readonly expectStatus: string
  readonly contains: string
  readonly host: string
  readonly port: string
  readonly command: string
  readonly engine: string
  readonly username: string
  readonly passwordVariable: string
  readonly database: string
  readonly pending: string
  readonly failed: string
  readonly maxPending: string
  readonly maxFailed: string
  readonly interval: string
  readonly timeout: string
  readonly retries: string
  readonly startPeriod: string
}
type Engine = 'mysql' | 'postgres' | 'redis'
export const enginePorts: Readonly<Record<Engine, string>> = { mysql: '3306', postgres: '5432', redis: '6379' }
const isEngine = (text: string): text is Engine => text in enginePorts

type Wrong = { [F in keyof Draft]?: string }

export function draftOf(spec: HealthCheckSpec | null): Draft {
  const at = spec && 'host' in spec ? spec : null
  const store = spec?.kind === 'database' || spec?.kind === 'queue' ? spec : null
  const queue = spec?.kind === 'queue' ? spec : null
  const seconds = (ms: number): string => String(ms / 1000)
  return {
    name: spec?.name ?? 'alive',
    kind: spec?.kind ?? 'http',
    url: spec && 'url' in spec ? spec.url : '',
    expectStatus: spec?.kind === 'http' && spec.expectStatus !== null ? String(spec.expectStatus) : '',
    contains: spec?.kind === 'http' ? (spec.contains ?? '') : '',
    host: at?.host ?? '127.0.0.1',
    port: at ? String(at.port) : '',
    engine: store?.engine ?? 'postgres',
    username: store?.username ?? '',
    passwordVariable: store?.passwordVariable ?? '',
    database: store?.database ?? '',
    pending: queue?.pending ?? '',
    failed: queue?.failed ?? '',
    maxPending: String(queue?.maxPending ?? ''),
    maxFailed: String(queue?.maxFailed ?? ''),
    command:
      spec?.kind === 'command'
        ? spec.argv.map((word) => (/[\s"]/.test(word) ? JSON.stringify(word) : word)).join(' ')
        : '',
    interval: seconds(spec?.intervalMs ?? 10_000),
    timeout: seconds(spec?.timeoutMs ?? 5_000),
    retries: String(spec?.retries ?? 3),
    startPeriod: seconds(spec?.startPeriodMs ?? 0),
  }
}

/** Words of a command line; quotes keep words together, nothing else is special. */
export function words(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    (m) => m[1]?.replace(/\\(.)/g, '$1') ?? m[2] ?? m[3] ?? '',
  )
}

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

/** The check that the fields describe, or what is wrong with each. */
export function specOf(draft: Draft, taken: readonly string[]): { spec: HealthCheckSpec } | { wrong: Wrong } {
  const wrong: { -readonly [F in keyof Draft]?: string } = {}
  const name = draft.name.trim()
  if (name === '') wrong.name = 'Give it a name.'
  else if (taken.includes(name)) wrong.name = `${name} is there already. ${name}-2 is free.`
  const ms = (field: 'interval' | 'timeout' | 'startPeriod', least: number): number => {
    const value = number(draft[field]) * 1000
    if (!(value >= least && value <= 86_400_000)) wrong[field] = `A number from ${least / 1000}.`
    return Math.round(value)
  }
  const whole = (
    field: 'retries' | 'port' | 'expectStatus' | 'maxPending' | 'maxFailed',
    from: number,
    to: number,
  ): number => {
    const value = number(draft[field])
    if (!(Number.isInteger(value) && value >= from && value <= to))
      wrong[field] = `A whole number from ${from} to ${to}.`
    return value
  }
  const timing = {
    name,
    intervalMs: ms('interval', 500),
    timeoutMs: ms('timeout', 50),
    retries: whole('retries', 1, 100),
    startPeriodMs: ms('startPeriod', 0),
  }
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
  const host = (): string => {
    if (draft.host.trim() === '') wrong.host = 'A name or address, such as 127.0.0.1.'
    return draft.host.trim()
  }
  const limit = (field: 'maxPending' | 'maxFailed'): number | null =>
    draft[field].trim() === '' ? null : whole(field, 0, 1_000_000_000)
  const signIn = () => ({
    engine: isEngine(draft.engine) ? draft.engine : ('postgres' as const),
    host: host(),
    port: whole('port', 1, 65_535),
    username: orNull(draft.username),
    passwordVariable: orNull(draft.passwordVariable),
    database: orNull(draft.database),
  })
  let spec: HealthCheckSpec
  if (draft.kind === 'tcp') {
    spec = { kind: 'tcp', ...timing, host: host(), port: whole('port', 1, 65_535) }
  } else if (draft.kind === 'database') {
    spec = { kind: 'database', ...timing, ...signIn() }
  } else if (draft.kind === 'queue') {
    if (draft.pending.trim() === '')
      wrong.pending = draft.engine === 'redis' ? 'The key, such as queues:default.' : 'The table, such as jobs.'
    spec = {
      kind: 'queue',
      ...timing,
      ...signIn(),
      pending: draft.pending.trim(),
      failed: orNull(draft.failed),
      maxPending: limit('maxPending'),
      maxFailed: limit('maxFailed'),
    }
  } else if (draft.kind === 'command') {
    const argv = words(draft.command)
    if (argv.length === 0) wrong.command = 'The command to run, such as pg_isready -q.'
    spec = { kind: 'command', ...timing, argv }
  } else {
    const kind = draft.kind === 'websocket' ? 'websocket' : 'http'
    const url = draft.url.trim()
    const fits = kind === 'http' ? /^https?:\/\/[^\s/]+/ : /^wss?:\/\/[^\s/]+/
    if (!fits.test(url))
      wrong.url = kind === 'http' ? 'Start it with http:// or https://.' : 'Start it with ws:// or wss://.'
    spec =
      kind === 'http'
        ? {
            kind,
            ...timing,
            url,
            expectStatus: draft.expectStatus.trim() === '' ? null : whole('expectStatus', 100, 599),
            ...(draft.contains === '' ? {} : { contains: draft.contains }),
          }
        : { kind, ...timing, url }
  }
  return Object.keys(wrong).length > 0 ? { wrong } : { spec }
}
