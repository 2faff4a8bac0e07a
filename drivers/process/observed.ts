import type { ServiceState } from '@wheelhouse/contract'
import { type ObservedService, ownLabels, type ProcessSpec } from '@wheelhouse/driver'
import { firstChild } from './process-table.ts'
import type { RunRecord } from './record.ts'

export function stateOf(record: RunRecord): ServiceState {
  if (record.phase === 'starting' || record.phase === 'paused') return record.phase
  if (record.phase === 'running' || record.phase === 'stopping') return 'running'
  if (record.phase === 'waiting') return 'failed'
  return record.desired === 'running' && record.exitCode !== 0 ? 'failed' : 'stopped'
}

/** The pid of the command where it can be told, otherwise that of the shell that waits for it. */
export const commandPid = (record: RunRecord): number | null =>
  record.pid === null ? null : (firstChild(record.pid) ?? record.pid)

export function observed(spec: ProcessSpec, record: RunRecord): ObservedService {
  const state = stateOf(record)
  return {
    nativeId: spec.name,
    name: record.name ?? spec.name,
    kind: 'process',
    stack: spec.stack || null,
    stackService: spec.service || null,
    state,
    nativeState: record.phase,
    reason: state === 'running' || state === 'starting' ? null : record.reason,
    health: 'none',
    image: null,
    command: spec.argv
      .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
      .join(' '),
    ports: spec.ports.map((port) => ({ host: null, hostPort: port, port, protocol: 'tcp' })),
    labels: {
      ...spec.labels,
      [ownLabels.stack]: spec.stack,
      [ownLabels.service]: spec.service,
      [ownLabels.digest]: spec.digest,
      [ownLabels.checks]: JSON.stringify(spec.checks),
    },
    restarts: record.restarts,
    exitCode: record.pid === null ? record.exitCode : null,
    pid: commandPid(record),
    tty: false,
    checks: spec.checks,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    changedAt: record.changedAt,
  }
}
