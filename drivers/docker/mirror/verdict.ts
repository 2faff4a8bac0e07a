import type { HealthState, ServiceState } from '@wheelhouse/contract'

/** What is known of a container, from a list or an inspect. */
export interface Facts {
  /** The engine's word: created, running, paused, restarting, removing, exited, dead. */
  readonly status: string
  readonly exitCode: number | null
  /** The engine's own error, for example when a start failed. */
  readonly error: string
  readonly outOfMemory: boolean
  readonly health: HealthState
  /** Last output of the engine's health check. */
  readonly healthOutput: string
  readonly restarts: number
  /** True when it ended because someone asked, false when not; null when nobody saw it end. */
  readonly asked: boolean | null
}

/** SIGINT, SIGKILL, SIGTERM: how a stop that nobody saw usually ends. */
const stopCodes: ReadonlySet<number> = new Set([130, 137, 143])

/**
 * The state a person is shown, and the evidence where it is not running.
 * An end nobody saw (the mirror began later) counts as a stop when its code is 0 or that of a stop signal: a failure
 * that cannot be proven would shout at every container that someone stopped before.
 */
export function verdict(facts: Facts): { readonly state: ServiceState; readonly reason: string | null } {
  const { status, exitCode, error, health } = facts
  switch (status) {
    case 'running':
      if (health === 'unhealthy') return { state: 'degraded', reason: unhealthy(facts.healthOutput) }
      if (health === 'starting') return { state: 'starting', reason: 'Its health check has not passed yet' }
      return { state: 'running', reason: null }
    case 'paused':
      return { state: 'paused', reason: null }
    case 'restarting': {
      const state = exitCode === 0 ? 'starting' : 'failed'
      return { state, reason: `${ending(facts)} and is restarted, ${count(facts.restarts, 'restart')} so far` }
    }
    case 'created':
      return error || (exitCode ?? 0) !== 0
        ? { state: 'failed', reason: `Did not start: ${error || ending(facts).toLowerCase()}` }
        : { state: 'stopped', reason: 'Not started yet' }
    case 'exited':
      return ended(facts)
    case 'dead':
      return { state: 'failed', reason: 'The engine could not remove it completely. Remove it again' }
    case 'removing':
      return { state: 'unknown', reason: 'It is being removed' }
    default:
      return { state: 'unknown', reason: `The engine says "${status}"` }
  }
}

function ended(facts: Facts): { readonly state: ServiceState; readonly reason: string | null } {
  if (facts.error && facts.exitCode !== 0) return { state: 'failed', reason: `Did not start: ${facts.error}` }
  const calm =
    facts.exitCode === 0 ||
    facts.asked === true ||
    (facts.asked === null && !facts.outOfMemory && stopCodes.has(facts.exitCode ?? 0))
  return { state: calm ? 'stopped' : 'failed', reason: calm && facts.exitCode === 0 ? null : ending(facts) }
}

/** `Exited with code 137, killed for memory`. */
export function ending({ exitCode, outOfMemory }: Pick<Facts, 'exitCode' | 'outOfMemory'>): string {
  if (exitCode === null) return 'Exited'
  const meaning = outOfMemory ? 'killed for memory' : meanings[exitCode]
  return `Exited with code ${exitCode}${meaning ? `, ${meaning}` : ''}`
}

/** Shell convention for 126 and 127, 128 + signal above. */
const meanings: Readonly<Record<number, string>> = {
  126: 'its command cannot be run',
  127: 'its command was not found',
  130: 'interrupted',
  132: 'illegal instruction',
  134: 'aborted',
  137: 'killed',
  139: 'segmentation fault',
  143: 'terminated',
}

export const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

function unhealthy(output: string): string {
  const line = output.trim().split('\n')[0]?.trim().slice(0, 200)
  return line ? `Its health check fails: ${line}` : 'Its health check fails'
}
