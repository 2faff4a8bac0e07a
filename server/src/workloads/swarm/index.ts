import type { nodes, Service, swarm, swarmConfigs, swarmSecrets, swarmServices, tasks } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Secrets } from '@wheelhouse/platform/secrets'
import { type Caller, type Handlers, onEvent } from '../../dispatch/index.ts'
import { clusterHandlers } from './cluster/operations.ts'
import { CutChanges } from './cut-changes.ts'
import { NodeNews } from './nodes/news.ts'
import { nodeHandlers } from './nodes/operations.ts'
import { configHandlers, secretHandlers } from './objects/operations.ts'
import { type RevertData, type RotateData, runRevert, runRotate } from './objects/rotate.ts'
import type { SwarmRoom } from './room.ts'
import { actHandlers } from './services/acts.ts'
import { type FollowData, followKind, runFollow } from './services/follow.ts'
import { formHandlers } from './services/forms.ts'
import { allowed } from './services/policy.ts'
import { presentService, seenService } from './services/reach.ts'
import { openSwarmStore } from './store.ts'
import { taskHandlers } from './tasks/operations.ts'

export { Names } from './services/spec-of-draft.ts'
export { stackText } from './services/stack-text.ts'
export { placementOf } from './placement/placement.ts'
export { sealedColumns } from './store.ts'
export { fitWarnings, portWarnings, replicasOf } from './services/plans.ts'

export interface SwarmParts extends Omit<SwarmRoom, 'store'> {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly bus: Bus
}

export interface SwarmDomains {
  readonly handlers: {
    readonly swarm: Handlers<typeof swarm>
    readonly nodes: Handlers<typeof nodes>
    readonly tasks: Handlers<typeof tasks>
    readonly swarmServices: Handlers<typeof swarmServices>
    readonly swarmSecrets: Handlers<typeof swarmSecrets>
    readonly swarmConfigs: Handlers<typeof swarmConfigs>
  }
  /** Of a Swarm service that gets new tasks by other ways than those here. Throws POLICY_REFUSED; others it lets be. */
  judge(service: Service, caller: Caller): Promise<void>
  /** Goes on with what was cut off. After `jobs.start()`. */
  start(): void
  close(): void
}

/** Swarms: the cluster, its nodes, tasks, services, secrets and configs. Call before `jobs.start()`. */
export function createSwarm({ database, secrets, bus, ...parts }: SwarmParts): SwarmDomains {
  const room: SwarmRoom = { ...parts, store: openSwarmStore(database, secrets) }
  // Each waits for most of its time, for tasks to follow.
  const concurrency = 16
  room.jobs.define(followKind, (data, job) => runFollow(room, data as FollowData, job), { concurrency })
  room.jobs.define('swarm.rotate', (data, job) => runRotate(room, data as RotateData, job), { concurrency })
  room.jobs.define('swarm.revert', (data, job) => runRevert(room, data as RevertData, job), { concurrency })
  const news = new NodeNews(room)
  news.start()
  const cut = new CutChanges(room)
  const leave = onEvent(bus, ({ type, targetId, serviceId }) => {
    if (type !== 'service.removed' || serviceId === null || targetId === null) return
    if (room.registry.stored(targetId)?.record.kind !== 'swarm') return
    room.store
      .forgetService(serviceId)
      .catch((error: unknown) => room.log.warn({ err: error, serviceId }, 'what a removed service was is still kept'))
  })
  return {
    handlers: {
      swarm: clusterHandlers(room),
      nodes: nodeHandlers(room),
      tasks: taskHandlers(room),
      swarmServices: { ...formHandlers(room), ...actHandlers(room) },
      swarmSecrets: secretHandlers(room),
      swarmConfigs: configHandlers(room),
    },
    async judge({ id, kind }, caller) {
      if (kind !== 'swarm-service') return
      const one = seenService(room, id)
      allowed(room, one.seen.targetId, (await presentService(room, one)).Spec, caller)
    },
    start: () => cut.start(),
    close: () => {
      leave()
      news.close()
      cut.close()
    },
  }
}
