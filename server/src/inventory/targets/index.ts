import type { Event, NewEvent, targets, Target } from '@wheelhouse/contract'
import type { Driver, SignedIn, TargetOptions } from '@wheelhouse/driver'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import { type Handlers, onEvent } from '../../dispatch/index.ts'
import { type FoundEngine, foundTargets } from './found.ts'
import { targetHandlers } from './operations.ts'
import { Registry } from './registry.ts'
import { createTargetStore } from './store.ts'
import { Swarms } from './swarms.ts'

export { usableSsh } from './ssh-material.ts'
export { sealedColumns } from './store.ts'
export type { FoundEngine } from './found.ts'
export type { Sight } from './cluster-picture.ts'
export { type Member, Swarms, swarmTargetId } from './swarms.ts'
export { stackOf } from './stack-label.ts'
export { type Mirror, type MirrorChange, serviceIdOf, type TargetRecord } from './mirror.ts'
export { Registry } from './registry.ts'

/** `findManagers` names the registered engines that may be managers of a Swarm. */
export type SwarmDriver = (findManagers: (clusterId: string) => readonly TargetOptions[]) => Driver

export interface TargetsParts {
  readonly database: Database
  readonly secrets: Secrets
  readonly drivers: ReadonlyMap<Target['kind'], Driver>
  /** Makes the driver of Swarms, which asks here for the managers of one; absent where there is none. */
  readonly swarmDriver?: SwarmDriver
  readonly bus: Bus
  readonly log: Log
  readonly machine: string
  /** For the images that drivers pull by themselves; as nobody unless told. */
  readonly signedIn?: SignedIn
  announce(event: NewEvent): Event
  /** Where a Docker engine is, if there is one; asked again while there is none. */
  findEngine(): FoundEngine | null
  /** Whether this machine runs a service manager that we may use. */
  findServiceManager(): boolean
}

export interface Targets {
  readonly handlers: Handlers<typeof targets>
  readonly registry: Registry
  readonly swarms: Swarms
  start(): Promise<void>
  close(): Promise<void>
}

const lookAgainMs = 5_000

export function createTargets(parts: TargetsParts): Targets {
  const drivers = new Map(parts.drivers)
  const registry = new Registry({
    drivers,
    log: parts.log,
    announce: parts.announce,
    engineOf: (nodeId) => swarms.engineOf(nodeId),
    ...(parts.signedIn ? { signedIn: parts.signedIn } : {}),
  })
  const swarms: Swarms = new Swarms({ registry, log: parts.log, announce: parts.announce })
  if (parts.swarmDriver)
    drivers.set(
      'swarm',
      parts.swarmDriver((clusterId) => swarms.managersOf(clusterId)),
    )
  const store = createTargetStore(parts.database, parts.secrets)
  let timer: ReturnType<typeof setInterval> | undefined
  // Health is judged above, in observation; its verdict comes down as an event.
  const leave = onEvent(parts.bus, (event) => {
    if (
      event.type !== 'service.health' ||
      event.data.origin !== 'check' ||
      event.serviceId === null ||
      event.targetId === null
    )
      return
    if (registry.stored(event.targetId))
      registry.mirror(event.targetId).setHealth(event.serviceId, event.data.state as 'healthy')
  })

  function look(): void {
    const found = { engine: parts.findEngine(), serviceManager: parts.findServiceManager() }
    for (const target of foundTargets(parts.machine, found, new Date())) {
      const same = registry
        .records()
        .some(
          (record) =>
            record.id === target.record.id ||
            (record.address === target.record.address && record.kind === target.record.kind),
        )
      if (!same) registry.add(target)
    }
  }

  return {
    handlers: targetHandlers({ registry, store, announce: parts.announce }),
    registry,
    swarms,
    async start() {
      for (const stored of await store.all()) registry.add(stored)
      look()
      if (parts.swarmDriver) swarms.start()
      timer = setInterval(look, lookAgainMs)
      timer.unref()
    },
    async close() {
      clearInterval(timer)
      swarms.close()
      leave()
      await registry.close()
    },
  }
}
