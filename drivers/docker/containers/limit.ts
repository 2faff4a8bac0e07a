import type { ContainerLimits } from '@wheelhouse/contract'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

const unbounded = -1

interface Machine {
  readonly cpus: number
  readonly memoryBytes: number
}

/**
 * The body of POST /containers/{id}/update. What is absent, and what is 0, stays as it is on the engine; so a bound that is to go (null)
 * is spelt as one that binds nothing: -1 where the engine takes it, else all that the machine has.
 */
export function limitBody(limits: ContainerLimits, { cpus, memoryBytes }: Machine): Record<string, unknown> {
  const { restart } = limits
  const gone = <T>(given: T | null | undefined, all: T): T | undefined => (given === null ? all : given)
  // A bound on both that is below that on memory alone is refused, and older engines pass no -1 on to the kernel.
  const all = memoryBytes * 2
  const asked = limits.memoryBytes === null || limits.memorySwapBytes === -1 ? all : gone(limits.memorySwapBytes, all)
  const cores = gone(limits.cpus, cpus)
  return {
    Memory: gone(limits.memoryBytes, memoryBytes),
    MemoryReservation: gone(limits.memoryReservationBytes, memoryBytes),
    // Without a word about swap it goes along with memory, twice as much, as the engine does for a new container.
    MemorySwap: asked ?? (limits.memoryBytes ? limits.memoryBytes * 2 : undefined),
    NanoCpus: cores === undefined ? undefined : Math.round(cores * 1e9),
    CpuShares: gone(limits.cpuShares, 1024),
    CpusetCpus: gone(limits.cpuset, `0-${cpus - 1}`),
    PidsLimit: gone(limits.pids, unbounded),
    RestartPolicy: restart && {
      Name: restart.policy,
      MaximumRetryCount: restart.policy === 'on-failure' ? (restart.maxRetries ?? 0) : 0,
    },
  }
}

/** Changes limits while it runs; answers the engine's warnings. */
export async function limitContainer(
  client: EngineClient,
  nativeId: string,
  limits: ContainerLimits,
): Promise<readonly string[]> {
  const { NCPU, MemTotal } = await client.json<{ NCPU: number; MemTotal: number }>({ path: '/info' })
  const answer = await client.json<{ Warnings?: readonly string[] | null } | null>({
    method: 'POST',
    path: `${containerPath(nativeId)}/update`,
    body: limitBody(limits, { cpus: NCPU, memoryBytes: MemTotal }),
    lane: 'act',
  })
  return answer?.Warnings ?? []
}
