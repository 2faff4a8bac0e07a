import type { Driver } from '@wheelhouse/driver'
import { SwarmConnection } from './connection.ts'
import type { FindManagers } from './swarm-managers.ts'

export type { FindManagers } from './swarm-managers.ts'

/**
 * The driver for Swarms. A target of kind `swarm` has the address `swarm://<cluster id>`, and `findManagers` names the registered
 * Docker engines that may be managers of it; those that are not, or do not answer, do no harm. An engine's own address is taken too.
 */
export function createSwarmDriver(findManagers: FindManagers = () => []): Driver {
  return { kind: 'swarm', open: (options, log) => new SwarmConnection(options, findManagers, log) }
}
