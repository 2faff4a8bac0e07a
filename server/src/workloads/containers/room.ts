import { Failure, type NewEvent, type PolicyRules, type Service } from '@wheelhouse/contract'
import type { Connection, Containers as ContainersPort } from '@wheelhouse/driver'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Registry } from '../../inventory/targets/index.ts'
import type { ChangeStore } from './store.ts'

/** What every part of the domain works with. */
export interface ContainerRoom {
  readonly registry: Registry
  readonly jobs: Jobs
  readonly changes: ChangeStore
  readonly log: Log
  readonly announce: (event: NewEvent) => unknown
  /** What workloads may ask of a target. */
  readonly rulesFor: (targetId: string) => PolicyRules
  /** How long a container without a health check must stay up before it counts as healthy; 2 s unless told. */
  readonly settleMs?: number
  /** Private folder for what waits to be downloaded. */
  readonly workFolder: string
}

export interface Reached {
  readonly connection: Connection
  readonly containers: ContainersPort
  readonly nativeId: string
  readonly service: Service
}

const lacking = (name: string): Failure =>
  new Failure('CAPABILITY_MISSING', `${name} runs no containers. Only container engines do.`, { capability: 'update' })

/** A container where it is. Throws NOT_FOUND, TARGET_UNREACHABLE, or CAPABILITY_MISSING where it is none. */
export function reachContainer(registry: Registry, id: string): Reached {
  const { connection, nativeId, service } = registry.reach(id)
  if (service.kind !== 'container' || !connection.containers) throw lacking(service.name)
  return { connection, containers: connection.containers, nativeId, service }
}

/** An engine that makes containers and is heard. */
export function engineOf(registry: Registry, targetId: string): { connection: Connection; containers: ContainersPort } {
  const { connection, record } = registry.mirror(targetId)
  if (!connection.containers) throw lacking(record.name)
  registry.connected(targetId)
  return { connection, containers: connection.containers }
}
