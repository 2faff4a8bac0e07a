import type { DiskPart, UsageReport } from '@wheelhouse/contract'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Counted, DiagnosticsStore } from './store.ts'

const dayMs = 86_400_000
const mostNames = 50

const grouped = (rows: readonly Counted[]): [string, (...states: readonly string[]) => number][] =>
  [...Map.groupBy(rows, ({ name }) => name)].map(([name, some]) => [
    name,
    (...states) =>
      some
        .filter(({ state }) => states.length === 0 || states.includes(state))
        .reduce((sum, { count }) => sum + count, 0),
  ])

export async function usageOf(
  store: DiagnosticsStore,
  registry: Registry,
  storage: readonly DiskPart[],
  days: number,
): Promise<UsageReport> {
  const until = Date.now()
  const since = until - days * dayMs
  const [jobs, deployments, users, changes] = await Promise.all([
    store.jobs(since),
    store.deployments(since),
    store.users(since),
    store.changes(since, mostNames),
  ])
  const states: Record<string, number> = {}
  const stacks = new Set<string>()
  let total = 0
  for (const service of registry.services()) {
    if (service.taskOf !== undefined) continue
    total++
    states[service.state] = (states[service.state] ?? 0) + 1
    if (service.stack !== null) stacks.add(service.stack)
  }
  return {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    services: { total, states, stacks: stacks.size, targets: registry.records().length },
    deployments: grouped(deployments)
      .map(([stack, count]) => ({
        stack,
        total: count(),
        succeeded: count('succeeded'),
        failed: count('failed', 'abandoned'),
        rolledBack: count('rolled-back'),
      }))
      .toSorted((a, b) => b.total - a.total)
      .slice(0, mostNames),
    users,
    changes,
    jobs: grouped(jobs)
      .map(([kind, count]) => ({ kind, total: count(), failed: count('failed') }))
      .toSorted((a, b) => b.total - a.total)
      .slice(0, mostNames),
    storage: [...storage],
  }
}
