import type { ServiceState } from '@wheelhouse/contract'
import type { ObservedService } from '@wheelhouse/driver'
import { signalOf } from '../check-spec.ts'
import { instant, type Properties } from './properties.ts'
import { labelsOf, type UnitRecord } from './unit-file.ts'

/** The words of systemd's unit states, and what they mean here. `auto-restart` has ended and waits for its next try. */
export function stateOf({ LoadState, ActiveState, SubState }: Properties): ServiceState {
  if (LoadState !== undefined && LoadState !== 'loaded') return LoadState === 'not-found' ? 'stopped' : 'failed'
  switch (ActiveState) {
    case 'active':
      // Ended with code 0; systemd keeps it so that its exit code stays known.
      return SubState === 'exited' ? 'stopped' : 'running'
    case 'reloading':
    case 'refreshing':
    case 'deactivating':
      return 'running'
    case 'activating':
      return SubState?.startsWith('auto-restart') ? 'failed' : 'starting'
    case 'failed':
      return 'failed'
    case 'inactive':
      return 'stopped'
    default:
      return 'unknown'
  }
}

/** 128 + signal for a death by signal (codes 2 and 3 of waitid), as shells say it; null where it never ran or still does. */
export function exitCodeOf({ MainPID, ExecMainPID, ExecMainCode, ExecMainStatus }: Properties): number | null {
  if ((MainPID ?? '0') !== '0' || (ExecMainPID ?? '0') === '0') return null
  const status = Number(ExecMainStatus)
  if (ExecMainCode === '1') return status
  return ExecMainCode === '2' || ExecMainCode === '3' ? 128 + status : null
}

const results: Readonly<Record<string, string>> = {
  'oom-kill': 'Killed for memory',
  timeout: 'It did not start or stop in time and was killed',
  watchdog: 'Its watchdog was not fed in time',
  'start-limit-hit': 'It ended too often and is not started again. Start it when it is mended',
  resources: 'systemd could not give it what it needs, such as its folder or its environment file',
  protocol: 'It did not start as its type demands',
}

function reasonOf(properties: Properties, state: ServiceState, exitCode: number | null): string | null {
  if (state === 'running' || state === 'starting') return null
  if (properties.LoadState !== undefined && properties.LoadState !== 'loaded')
    return `systemd has not loaded its unit file (${properties.LoadState})`
  const known = results[properties.Result ?? '']
  const signal = exitCode === null ? null : signalOf(exitCode)
  const ended =
    exitCode === null
      ? null
      : exitCode === 0
        ? 'Finished with code 0'
        : signal
          ? `Ended by ${signal} (code ${exitCode})`
          : `Exited with code ${exitCode}`
  if (properties.SubState?.startsWith('auto-restart')) return `${ended ?? 'It ended'}; systemd starts it again`
  if (known) return ended === null || exitCode === 0 ? known : `${known}. ${ended}`
  return ended
}

const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** An end that was asked for, which systemd itself does not keep. */
export interface AskedEnd {
  /** Null until it has ended. */
  exitCode: number | null
}

/** A unit as the port tells it. An end that was asked for is no failure, whatever its exit code. */
export function observed(record: UnitRecord, properties: Properties, asked: AskedEnd | undefined): ObservedService {
  const seen = stateOf(properties)
  const state = asked && seen === 'failed' ? 'stopped' : seen
  const exitCode = exitCodeOf(properties) ?? (state === 'stopped' ? (asked?.exitCode ?? null) : null)
  const pid = Number(properties.MainPID ?? 0)
  return {
    nativeId: record.name,
    name: record.name,
    kind: 'process',
    stack: record.stack || null,
    stackService: record.service || null,
    state,
    nativeState: `${properties.ActiveState ?? 'unknown'} (${properties.SubState ?? '-'})`,
    reason: reasonOf(properties, state, exitCode),
    health: 'none',
    image: null,
    command: record.argv.map(word).join(' '),
    ports: record.ports.map((port) => ({ host: null, hostPort: port, port, protocol: 'tcp' })),
    labels: labelsOf(record),
    restarts: Number(properties.NRestarts ?? 0),
    exitCode,
    pid: pid > 0 ? pid : null,
    tty: false,
    checks: record.checks,
    createdAt: record.createdAt,
    startedAt: instant(properties.ExecMainStartTimestamp),
    changedAt: instant(properties.StateChangeTimestamp) ?? record.createdAt,
  }
}
