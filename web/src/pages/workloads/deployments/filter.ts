import type { Deployment } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'

export interface DeploymentFilter {
  readonly q: string
  readonly stack: string
  readonly environment: string
  readonly state: string
}

const haystack = (row: Deployment): string =>
  [
    row.stack,
    row.environment,
    String(row.number),
    row.release ? `r${row.release.number}` : '',
    row.requestedBy,
    row.trigger.name,
    row.outcome?.summary ?? '',
    ...row.apps,
  ]
    .join('\n')
    .toLowerCase()

/** `state` may name several, separated by commas. */
export function matches(row: Deployment, filter: DeploymentFilter): boolean {
  if (filter.stack !== '' && row.stack !== filter.stack) return false
  if (filter.environment !== '' && row.environment !== filter.environment) return false
  if (filter.state !== '' && !filter.state.split(',').includes(row.state)) return false
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const hay = haystack(row)
  return words.every((word) => hay.includes(word))
}

/** Newest first; runs that began in the same millisecond by their number. */
export const newestFirst = (a: Deployment, b: Deployment): number =>
  b.createdAt.localeCompare(a.createdAt) || b.number - a.number

export interface Sections {
  /** In the order in which they will run. */
  readonly queue: readonly Deployment[]
  /** Everything else, newest first. */
  readonly rows: readonly Deployment[]
}

/** The queue stands apart, first to run first; all others are sorted newest first. */
export function sectioned(all: Iterable<Deployment>, filter: DeploymentFilter): Sections {
  const found = [...all].filter((row) => matches(row, filter))
  const queued = found.filter((row) => row.state === 'queued')
  queued.sort((a, b) => (a.queue?.position ?? Infinity) - (b.queue?.position ?? Infinity) || -newestFirst(a, b))
  return { queue: queued, rows: found.filter((row) => row.state !== 'queued').sort(newestFirst) }
}

/** One row of each by id; a pushed row is newer than one that was asked for. */
export function merged(asked: readonly Deployment[], pushed: readonly Deployment[]): Deployment[] {
  const byId = new Map(asked.map((row) => [row.id, row]))
  for (const row of pushed) byId.set(row.id, row)
  return [...byId.values()]
}

export const needsSomeone = (row: Deployment): boolean => row.state === 'waiting' || row.state === 'failed'

/**
 * Those that wait for a person: approvals, and the newest ended run of a stack and environment where it failed. A later
 * run that went well settles an older failure.
 */
export function needing(rows: readonly Deployment[]): Deployment[] {
  const settled = new Set<string>()
  return [...rows].sort(newestFirst).filter((row) => {
    const place = `${row.stack}\n${row.environment}`
    if (row.state === 'waiting') return true
    if (!deploymentEnded(row.state) || settled.has(place)) return false
    // A cancelled or undone run changed nothing, so it settles nothing either.
    if (row.state === 'failed' || row.state === 'abandoned' || row.state === 'succeeded') settled.add(place)
    return row.state === 'failed' || row.state === 'abandoned'
  })
}
