import { ownLabels, type ProcessSpec } from '@wheelhouse/driver'
import { signalName } from '../check-spec.ts'

/** All of a spec but its environment, which may hold secrets and lies in a file of its own. */
export type UnitRecord = Omit<ProcessSpec, 'environment'> & { readonly createdAt: string }

/** The line that marks a unit file as ours and holds what it was made from. */
export const mark = '# wheelhouse-service: '

/** One word of ExecStart=, by systemd's rules: quotes and backslashes escaped, `%` and `$` doubled. */
export function quoteWord(word: string): string {
  const escaped = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0001-\u001f\u007f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `"${escaped}"`
}

const percents = (text: string): string => text.replaceAll('%', '%%')
const restarts = { no: 'no', always: 'always', 'on-failure': 'on-failure', 'unless-stopped': 'always' } as const
/** 0 would mean "wait for ever". */
const milliseconds = (ms: number): string => `${Math.max(1, Math.round(ms))}ms`

export interface UnitPlace {
  /** Absolute path of the file with its variables. */
  readonly environmentFile: string
  /** `systemctl --user`. */
  readonly user: boolean
  /** Major version of systemd; growing delays need 254. */
  readonly version: number
}

/** The text of `<name>.service`. Holds no secret: readable for all, as unit files are. */
export function unitFile(record: UnitRecord, place: UnitPlace): string {
  const { restart, stop } = record
  // systemd-cat gives stdout and stderr each a stream of its own in the journal, so that they can be told apart.
  const words = ['--priority=info', '--stderr-priority=warning', `--identifier=${record.name}`, '--', ...record.argv]
  const grows = place.version >= 254 && restart.maxDelayMs > restart.delayMs
  return [
    '# Written by Wheelhouse: changes made here are lost when it is applied again.',
    `${mark}${JSON.stringify(record)}`,
    '[Unit]',
    `Description=${percents(record.stack ? `${record.service} of ${record.stack}` : record.name).replaceAll('\n', ' ')}`,
    ...(place.user ? [] : ['After=network-online.target', 'Wants=network-online.target']),
    ...(restart.maxRetries === null
      ? ['StartLimitIntervalSec=0']
      : ['StartLimitIntervalSec=infinity', `StartLimitBurst=${restart.maxRetries + 1}`]),
    '',
    '[Service]',
    'Type=exec',
    // Without a restart nothing refers to an ended unit, and systemd would forget its exit code.
    ...(restart.policy === 'no' ? ['RemainAfterExit=yes'] : []),
    `ExecStart=/usr/bin/systemd-cat ${words.map(quoteWord).join(' ')}`,
    `WorkingDirectory=${percents(record.directory)}`,
    `EnvironmentFile=${percents(place.environmentFile)}`,
    `Restart=${restarts[restart.policy]}`,
    `RestartSec=${milliseconds(restart.delayMs)}`,
    ...(grows ? ['RestartSteps=8', `RestartMaxDelaySec=${milliseconds(restart.maxDelayMs)}`] : []),
    `KillSignal=${signalName(stop.signal)}`,
    `TimeoutStopSec=${milliseconds(stop.timeoutMs)}`,
    'CPUAccounting=yes',
    'MemoryAccounting=yes',
    'TasksAccounting=yes',
    '',
    '[Install]',
    `WantedBy=${place.user ? 'default.target' : 'multi-user.target'}`,
    '',
  ].join('\n')
}

/** What a marked line was made from; null for a line that only looks like ours. */
export function readMark(line: string): UnitRecord | null {
  const at = line.indexOf(mark)
  if (at === -1) return null
  try {
    const record = JSON.parse(line.slice(at + mark.length)) as UnitRecord
    return record.kind === 'process' && Array.isArray(record.argv) && typeof record.name === 'string' ? record : null
  } catch {
    return null
  }
}

export const labelsOf = (record: UnitRecord): Record<string, string> => ({
  ...record.labels,
  [ownLabels.stack]: record.stack,
  [ownLabels.service]: record.service,
  [ownLabels.digest]: record.digest,
  [ownLabels.checks]: JSON.stringify(record.checks),
})
