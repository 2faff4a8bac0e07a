import { Failure } from '@wheelhouse/contract'
import type { SwarmDoor, SwarmMembership } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

interface SwarmInfo {
  readonly NodeID?: string
  readonly NodeAddr?: string
  readonly LocalNodeState?: string
  readonly ControlAvailable?: boolean
  readonly Error?: string
  readonly Cluster?: { readonly ID?: string } | null
}

const states = ['inactive', 'pending', 'active', 'error', 'locked'] as const
const anywhere = '0.0.0.0:2377'
/** An engine that joins gives up after twenty seconds of its own. */
const joinTimeoutMs = 30_000

/** How one engine gets into a Swarm and out of it. */
export class EngineSwarmDoor implements SwarmDoor {
  readonly #client: EngineClient

  constructor(client: EngineClient) {
    this.#client = client
  }

  /** A manager that has lost the others thinks about it for twenty seconds, which is longer than anybody is made to wait here. */
  async membership(signal?: AbortSignal): Promise<SwarmMembership> {
    const { Swarm: swarm } = await this.#client.json<{ Swarm?: SwarmInfo }>({
      path: '/info',
      timeoutMs: 10_000,
      signal,
    })
    const state = states.find((known) => known === swarm?.LocalNodeState) ?? 'inactive'
    return {
      state,
      nodeId: swarm?.NodeID || null,
      nodeAddress: swarm?.NodeAddr || null,
      clusterId: swarm?.Cluster?.ID || null,
      manager: swarm?.ControlAvailable === true,
      error: swarm?.Error || null,
    }
  }

  init({ advertise, listen, dataPathPort, addressPools, autolock, forceNewCluster }: Parameters<SwarmDoor['init']>[0]) {
    return this.#post<string>('/swarm/init', {
      ListenAddr: listen ?? anywhere,
      AdvertiseAddr: advertise ?? '',
      DataPathPort: dataPathPort ?? 0,
      DefaultAddrPool: addressPools.length > 0 ? addressPools : null,
      ForceNewCluster: forceNewCluster,
      Spec: autolock ? { EncryptionConfig: { AutoLockManagers: true } } : {},
    })
  }

  async join({ remotes, token, advertise, listen, availability }: Parameters<SwarmDoor['join']>[0]): Promise<void> {
    const body = {
      RemoteAddrs: remotes,
      JoinToken: token,
      ListenAddr: listen ?? anywhere,
      AdvertiseAddr: advertise ?? '',
      Availability: availability,
    }
    try {
      await this.#post('/swarm/join', body)
    } catch (error) {
      // It goes on trying in the background, and would join at some later time that nobody expects.
      if (error instanceof Failure && error.code === 'TIMED_OUT')
        await this.leave({ force: true }).catch(() => undefined)
      throw error
    }
  }

  async leave({ force }: { readonly force: boolean }): Promise<void> {
    await this.#client.act({ path: '/swarm/leave', query: { force } })
  }

  async unlock(key: string): Promise<void> {
    await this.#post('/swarm/unlock', { UnlockKey: key })
  }

  #post<T>(path: string, body: unknown): Promise<T> {
    return this.#client.json<T>({ method: 'POST', path, body, lane: 'act', timeoutMs: joinTimeoutMs })
  }
}
