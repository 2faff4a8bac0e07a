import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Registry } from '../../inventory/targets/index.ts'
import type { JobTable } from './store.ts'

const mostMs = 10_000

/**
 * Starts the runner. What waited through a restart runs once its target is heard again, or has said why it is not: a moment
 * after the start it would fail for no other reason than that.
 */
export async function takeUpJobs(runner: Jobs, table: JobTable, registry: Registry): Promise<void> {
  const waiting = new Set((await table.unfinished()).map((job) => job.data.targetId))
  const connecting = (): boolean =>
    registry.targets().some((target) => target.state === 'connecting' && waiting.has(target.id))
  if (connecting()) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, mostMs)
    const leave = registry.onChange((change) => {
      if (change.kind === 'target' && !connecting()) resolve()
    })
    await promise
    clearTimeout(timer)
    leave()
  }
  await runner.start()
}
