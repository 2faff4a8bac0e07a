import type { ContainerLimits } from '@wheelhouse/contract'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

const unbounded = -1

/**
 * The body of POST /containers/{id}/update. What is absent, and what is 0, stays as it is on the engine; so a bound that is to go (null)
 * is spelt as one that binds nothing: -1 where the kernel takes it, else all `cpus` of the machine.
 */
export function limitBody(limits: ContainerLimits, cpus: number): Record<string, unknown> {
  const { restart } = limits
  const gone = <T>(given: T | null | undefined, all: T): T | undefined => (given === null ? all : given)
  const swap = limits.memoryBytes === null ? unbounded : gone(limits.memorySwapBytes, unbounded)
  const cores = gone(limits.cpus, cpus)
  return {
    Memory: gone(limits.memoryBytes, unbounded),
    MemoryReservation: gone(limits.memoryReservationBytes, unbounded),
    // Memory above what memory and swap were together is refused: without a word about swap it goes along, twice the memory.
    MemorySwap: swap ?? (limits.memoryBytes ? limits.memoryBytes * 2 : undefined),
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
  const needsCount = limits.cpus === null || limits.cpuset === null
  const { NCPU } = needsCount ? await client.json<{ NCPU: number }>({ path: '/info' }) : { NCPU: 1 }
  const answer = await client.json<{ Warnings?: readonly string[] | null } | null>({
    method: 'POST',
    path: `${containerPath(nativeId)}/update`,
    body: limitBody(limits, NCPU),
    lane: 'act',
  })
  return answer?.Warnings ?? []
}
