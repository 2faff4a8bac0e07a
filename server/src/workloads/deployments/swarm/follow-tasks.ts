import type { Cluster, ServiceProgress, ServiceSpec, Settlement } from '@wheelhouse/driver'

/** What the engine takes where a service does not say how long a new task is watched, in nanoseconds. */
const usualMonitor = 5_000_000_000
const dayMs = 86_400_000

/**
 * Follows the newest change of a service to its end. As long as one task after the other is updated it may take its time; when nothing
 * comes forward for `stillMs`, beside what the service itself waits between two tasks, it has stalled. Throws the reason of the signal.
 */
export async function follow(
  cluster: Pick<Cluster, 'settle'>,
  id: string,
  { spec, stillMs }: { readonly spec: ServiceSpec; readonly stillMs: number },
  signal: AbortSignal,
  tell: (progress: ServiceProgress) => void,
): Promise<Settlement> {
  const { Delay: delay = 0, Monitor: monitor = 0 } = spec.UpdateConfig ?? {}
  const deadlineMs = stillMs + (delay + (monitor || usualMonitor)) / 1e6
  const still = new AbortController()
  let last: ServiceProgress | null = null
  let timer = setTimeout(() => still.abort(), deadlineMs)
  const progress = (now: ServiceProgress): void => {
    if (last === null || now.updated > last.updated || now.outdated < last.outdated) {
      clearTimeout(timer)
      timer = setTimeout(() => still.abort(), deadlineMs)
    }
    last = now
    tell(now)
  }
  try {
    return await cluster.settle(id, { deadlineMs: dayMs, progress }, AbortSignal.any([signal, still.signal]))
  } catch (error) {
    if (signal.aborted || !still.signal.aborted) throw error
    return stalled(spec.Name, last, deadlineMs)
  } finally {
    clearTimeout(timer)
  }
}

function stalled(name: string, last: ServiceProgress | null, deadlineMs: number): Settlement {
  const within = `in ${Math.round(deadlineMs / 1000)} s`
  const reason = last?.waiting ?? last?.failure ?? null
  const howFar = last === null ? 'its tasks were not told' : `${last.updated} of ${last.desired} tasks updated`
  const because = reason === null ? '' : `; ${reason}`
  return { state: 'stalled', message: `${name} did not get on ${within}: ${howFar}${because}.`, reason, service: null }
}
