import type { Alert, AxisMark, Crash, Deployment } from '@wheelhouse/contract'
import type { LifeRow, SourceRow } from '../log-history/index.ts'

const iso = (ms: number): string => new Date(ms).toISOString()
const failed = new Set<Deployment['state']>(['failed', 'abandoned'])

export function runMark(run: Deployment): AxisMark {
  const release = run.release === null ? '' : ` to r${run.release.number}`
  return {
    id: `run-${run.id}`,
    kind: 'deployment',
    from: run.startedAt ?? run.createdAt,
    until: run.finishedAt,
    title: run.outcome?.summary ?? `${run.stack} (${run.environment}): run ${run.number}${release}, ${run.state}.`,
    outcome: run.state,
    severity: failed.has(run.state) ? 'error' : run.state === 'rolled-back' ? 'warning' : 'info',
    actor: run.requestedBy,
    service: null,
    serviceId: null,
    refersTo: run.id,
  }
}

export function lifeMark(life: LifeRow, source: SourceRow, isThere: boolean): AxisMark {
  const { startedAt, endedAt, exitCode, reason } = life
  const outcome = endedAt === null && !isThere ? 'unknown' : life.outcome
  const ends = { running: 'runs', ended: 'ended', crashed: 'crashed', removed: 'was removed', unknown: 'ended unseen' }
  const code = exitCode === null ? '' : ` with exit code ${exitCode}`
  return {
    id: `life-${life.id}`,
    kind: 'life',
    from: iso(startedAt),
    until: endedAt === null ? null : iso(endedAt),
    title: `${source.name} ${ends[outcome]}${code}${reason === null ? '' : `: ${reason}`}`,
    outcome,
    severity: outcome === 'crashed' ? 'error' : 'info',
    actor: null,
    service: source.name,
    serviceId: source.serviceId,
    refersTo: outcome === 'crashed' ? life.id : null,
  }
}

export const crashMark = (crash: Crash): AxisMark => ({
  id: `crash-${crash.id}`,
  kind: 'crash',
  from: crash.firstAt,
  until: crash.at,
  title: `${crash.service} crashed${crash.count > 1 ? ` ${crash.count} times` : ''}: ${
    crash.exitCode === null ? '' : `exit code ${crash.exitCode}, `
  }${crash.meaning}.`,
  outcome: 'crashed',
  severity: 'error',
  actor: null,
  service: crash.service,
  serviceId: crash.serviceId,
  refersTo: crash.id,
})

export const alertMark = (alert: Alert): AxisMark => ({
  id: `alert-${alert.id}`,
  kind: 'alert',
  from: alert.firedAt,
  until: alert.clearedAt,
  title: `${alert.rule}: ${alert.message}`,
  outcome: alert.state,
  severity: alert.severity === 'critical' ? 'error' : alert.severity,
  actor: alert.acknowledgedBy,
  service: alert.serviceId === null ? null : alert.subject,
  serviceId: alert.serviceId,
  refersTo: alert.id,
})
