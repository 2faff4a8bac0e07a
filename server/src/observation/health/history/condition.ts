import type { Service, Standing } from '@wheelhouse/contract'

export interface Condition {
  readonly standing: Standing
  /** Why it is down; null otherwise. */
  readonly reason: string | null
}

const up: Condition = { standing: 'up', reason: null }
const unknown: Condition = { standing: 'unknown', reason: null }

/** Where a service stands by its row. `before` is where it stood: one that starts again after a failure has not recovered yet. */
export function conditionOf(service: Service, before: Condition | null): Condition {
  const { state, health, reason, stale, exitCode } = service
  if (stale) return unknown
  if (state === 'failed')
    return { standing: 'down', reason: reason ?? (exitCode === null ? 'it failed' : `it ended with ${exitCode}`) }
  if (health === 'unhealthy') return { standing: 'down', reason: reason ?? 'its health check fails' }
  if (state === 'starting' || health === 'starting') return before?.standing === 'down' ? before : unknown
  // Degraded without a failing check is a Swarm service that lacks replicas: those it has serve.
  if (state === 'running' || state === 'degraded') return up
  return unknown
}
