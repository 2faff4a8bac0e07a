import type { HealthCheckSpec } from '@wheelhouse/contract'

/** What stands in the fields: text, as it was typed. */
export interface Draft {
  readonly name: string
  readonly kind: string
  readonly url: string
  readonly expectStatus: string
  readonly host: string
  readonly port: string
  readonly command: string
  readonly interval: string
  readonly timeout: string
  readonly retries: string
  readonly startPeriod: string
}
type Wrong = { [F in keyof Draft]?: string }

export function draftOf(spec: HealthCheckSpec | null): Draft {
  const seconds = (ms: number): string => String(ms / 1000)
  return {
    name: spec?.name ?? 'alive',
    kind: spec?.kind ?? 'http',
    url: spec && 'url' in spec ? spec.url : '',
    expectStatus: spec?.kind === 'http' && spec.expectStatus !== null ? String(spec.expectStatus) : '',
    host: spec?.kind === 'tcp' ? spec.host : '127.0.0.1',
    port: spec?.kind === 'tcp' ? String(spec.port) : '',
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
  const whole = (field: 'retries' | 'port' | 'expectStatus', from: number, to: number): number => {
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
  let spec: HealthCheckSpec
  if (draft.kind === 'tcp') {
    if (draft.host.trim() === '') wrong.host = 'A name or address, such as 127.0.0.1.'
    spec = { kind: 'tcp', ...timing, host: draft.host.trim(), port: whole('port', 1, 65_535) }
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
          }
        : { kind, ...timing, url }
  }
  return Object.keys(wrong).length > 0 ? { wrong } : { spec }
}
