import type { ObservedService, Occurrence } from '@wheelhouse/driver'

/** What a changed row means to a person; null where it is no news. */
export function told(before: ObservedService | undefined, row: ObservedService): Occurrence | null {
  if (before?.state === row.state) return null
  const { name, state, reason } = row
  const because = reason === null ? '' : `: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
  switch (state) {
    case 'running':
      // Of a service that is new to us and runs, nobody knows since when.
      return before ? tell(row, 'service.started', 'info', `${name} runs as it was asked to.`) : null
    case 'stopped':
      return before ? tell(row, 'service.stopped', 'info', `${name} has no tasks any more.`) : null
    case 'failed':
      return tell(row, 'service.failed', 'error', `${name} does not run${because}.`)
    case 'degraded':
      return tell(row, 'service.failed', 'warning', `${name} does not run as it was asked to${because}.`)
    default:
      return null
  }
}

function tell(
  row: ObservedService,
  type: Occurrence['type'],
  severity: Occurrence['severity'],
  message: string,
): Occurrence {
  return { type, nativeId: row.nativeId, at: row.changedAt, severity, message, data: { tasks: row.nativeState } }
}
