import type { ObservedService, Occurrence } from '@wheelhouse/driver'

/** So many starts by the manager itself are a crash loop. */
const loopThreshold = 5
const up = (service: ObservedService): boolean => service.state === 'running' || service.state === 'starting'

/** What the step from one look at a service to the next has to tell. `before` is null for one that is new. */
export function occurrences(before: ObservedService | null, now: ObservedService): Occurrence[] {
  const told: Occurrence[] = []
  const tell = (type: Occurrence['type'], severity: Occurrence['severity'], what: string): void => {
    const { nativeId, exitCode, restarts, changedAt } = now
    told.push({
      type,
      nativeId,
      at: changedAt,
      severity,
      message: `${now.name} ${what}.`,
      data: { exitCode, restarts },
    })
  }
  const again = before !== null && now.restarts > before.restarts
  if (now.state === 'running' && (!before || before.state !== 'running' || before.startedAt !== now.startedAt)) {
    if (again) tell('service.restarted', 'warning', 'was started again after it had ended')
    else if (before?.state === 'running') tell('service.restarted', 'info', 'was restarted')
    else tell('service.started', 'info', 'was started')
  }
  if (before && again && now.restarts >= loopThreshold && before.restarts < loopThreshold)
    tell('service.crash-looping', 'error', `ends again and again: it was started ${now.restarts} times`)
  if (now.state === 'stopped' && before && (up(before) || before.state === 'failed'))
    tell('service.stopped', 'info', 'was stopped')
  if (now.state === 'failed' && before?.state !== 'failed') {
    if (now.reason?.startsWith('Killed for memory')) tell('service.out-of-memory', 'error', 'was killed for memory')
    tell('service.failed', 'error', `failed: ${now.reason ?? 'no reason is known'}`)
  }
  return told
}
