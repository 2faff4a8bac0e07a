import type { Driver } from '@wheelhouse/driver'
import { hostKeysOf, sshDestination } from '@wheelhouse/engine'
import { DockerConnection } from './connection.ts'

export { findEngine, type FoundEngine } from './find-engine.ts'

/** The driver for Docker engines from 20.10 on, and for what speaks their API. */
export function createDockerDriver(): Driver {
  return {
    kind: 'docker',
    open: (options, log) => new DockerConnection(options, log),
    hostKeys: async (address, signal) => {
      const destination = sshDestination(address)
      return destination ? hostKeysOf(destination, signal) : []
    },
  }
}
