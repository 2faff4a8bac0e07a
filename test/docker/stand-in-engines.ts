import type { Connection, Driver, Observer, SwarmMembership } from '@wheelhouse/driver'

/** Engines that say of themselves what a test tells them to, by the host of their address. */
export class StandInEngines {
  readonly members = new Map<string, SwarmMembership>()
  readonly heard = new Map<string, Observer>()

  readonly driver: Driver = {
    kind: 'docker',
    open: ({ address }) => this.#open(new URL(address).hostname),
  }

  /** Where it stands from now on. */
  put(host: string, more: Partial<SwarmMembership>): void {
    const none = {
      state: 'inactive',
      nodeId: null,
      nodeAddress: null,
      clusterId: null,
      manager: false,
      error: null,
    } as const
    this.members.set(host, { ...none, ...more })
  }

  #open(host: string): Connection {
    const info = {
      hostname: host,
      os: 'linux',
      arch: 'x86_64',
      version: '26.1.5',
      apiVersion: '1.45',
      cpus: 2,
      memoryBytes: 1,
    }
    const member = (): SwarmMembership => this.members.get(host)!
    const parts = {
      capabilities: new Set(['swarm']),
      info: () => Promise.resolve(info),
      watch: async (observer: Observer, signal: AbortSignal) => {
        this.heard.set(host, observer)
        observer.connected(info)
        observer.snapshot([])
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      },
      sample: () => Promise.resolve(new Map()),
      resources: () => Promise.resolve([]),
      close: () => Promise.resolve(),
      door: {
        membership: () => Promise.resolve(member()),
        init: () => {
          this.put(host, { state: 'active', nodeId: `node-${host}`, clusterId: `made${host}`, manager: true })
          return Promise.resolve(`node-${host}`)
        },
        join: ({ token }: { token: string }) => {
          this.put(host, { state: 'active', nodeId: `node-${host}`, manager: token.includes('manager') })
          return Promise.resolve()
        },
        leave: () => {
          this.put(host, {})
          return Promise.resolve()
        },
        unlock: () => {
          this.put(host, { ...member(), state: 'active' })
          return Promise.resolve()
        },
      },
    }
    return parts as unknown as Connection
  }
}
