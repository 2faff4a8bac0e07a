import { Failure } from '@wheelhouse/contract'
import type { NewNetwork, Networks, ObservedEndpoint, ObservedNetwork } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import { instant } from '../mirror/engine-json.ts'
import { type EndpointSettings, endpointsOf } from './endpoints.ts'

export interface ListedNetwork {
  readonly Id: string
  readonly Name: string
  readonly Created: string
  readonly Scope: string
  readonly Driver: string
  readonly EnableIPv6: boolean
  readonly IPAM: { readonly Config?: readonly { Subnet?: string; Gateway?: string; IPRange?: string }[] | null } | null
  readonly Internal: boolean
  readonly Attachable: boolean
  readonly Ingress: boolean
  readonly Options: Readonly<Record<string, string>> | null
  readonly Labels: Readonly<Record<string, string>> | null
}

const scopes: Readonly<Record<string, ObservedNetwork['scope']>> = { swarm: 'swarm', global: 'global' }
const inspectsAtOnce = 8

export function networkOf(listed: ListedNetwork): ObservedNetwork {
  return {
    networkId: listed.Id,
    name: listed.Name,
    driver: listed.Driver,
    scope: scopes[listed.Scope] ?? 'local',
    internal: listed.Internal,
    attachable: listed.Attachable,
    ingress: listed.Ingress,
    ipv6: listed.EnableIPv6,
    subnets: (listed.IPAM?.Config ?? []).flatMap(({ Subnet, Gateway, IPRange }) =>
      Subnet === undefined || Subnet === ''
        ? []
        : [{ subnet: Subnet, gateway: Gateway || null, range: IPRange || null }],
    ),
    options: listed.Options ?? {},
    labels: listed.Labels ?? {},
    createdAt: instant(listed.Created),
  }
}

const pathOf = (network: string): string => `/networks/${encodeURIComponent(network)}`

export class DockerNetworks implements Networks {
  readonly #client: EngineClient

  constructor(client: EngineClient) {
    this.#client = client
  }

  async list(signal?: AbortSignal): Promise<readonly ObservedNetwork[]> {
    const on = signal ? { signal } : {}
    return (await this.#client.json<readonly ListedNetwork[]>({ path: '/networks', ...on })).map(networkOf)
  }

  async endpoints(signal?: AbortSignal): Promise<readonly ObservedEndpoint[]> {
    const on = signal ? { signal } : {}
    const running = await this.#client.json<readonly { Id: string }[]>({ path: '/containers/json', ...on })
    const waiting = [...running]
    const found: ObservedEndpoint[] = []
    const work = async (): Promise<void> => {
      for (let one = waiting.shift(); one; one = waiting.shift()) found.push(...(await this.#endpointsOf(one.Id, on)))
    }
    await Promise.all(Array.from({ length: inspectsAtOnce }, work))
    return found
  }

  async #endpointsOf(id: string, on: { signal?: AbortSignal }): Promise<readonly ObservedEndpoint[]> {
    try {
      const detail = await this.#client.json<{
        NetworkSettings: { Networks?: Readonly<Record<string, EndpointSettings>> | null }
      }>({ path: `${containerPath(id)}/json`, ...on })
      return endpointsOf(id, detail.NetworkSettings.Networks)
    } catch (error) {
      // It has gone between the list and here.
      if (error instanceof Failure && error.code === 'NOT_FOUND') return []
      throw error
    }
  }

  async create(network: NewNetwork): Promise<string> {
    const subnets = network.subnets.map(({ subnet, gateway, range }) => ({
      Subnet: subnet,
      Gateway: gateway ?? undefined,
      IPRange: range ?? undefined,
    }))
    const { Id: id } = await this.#client.json<{ Id: string }>({
      method: 'POST',
      path: '/networks/create',
      body: {
        Name: network.name,
        CheckDuplicate: true,
        Driver: network.driver,
        Internal: network.internal,
        Attachable: network.attachable,
        EnableIPv6: network.ipv6,
        IPAM: subnets.length > 0 ? { Config: subnets } : undefined,
        Options: network.options,
        Labels: network.labels,
      },
      lane: 'act',
      timeoutMs: null,
    })
    return id
  }

  async remove(network: string): Promise<void> {
    const { Containers: attached, Name: name } = await this.#client.json<{
      Name: string
      Containers?: Readonly<Record<string, { Name: string }>> | null
    }>({ path: pathOf(network) })
    const users = Object.values(attached ?? {}).map((container) => container.Name)
    if (users.length > 0) {
      const it = users.length === 1 ? 'it' : 'them'
      throw new Failure(
        'STATE_CONFLICT',
        `${users.join(', ')} ${users.length === 1 ? 'is' : 'are'} attached to the network ${name}. Disconnect ${it} first.`,
        { users },
      )
    }
    await this.#client.act({ method: 'DELETE', path: pathOf(network) })
  }

  async connect(
    network: string,
    nativeId: string,
    { aliases, ipv4 }: { readonly aliases: readonly string[]; readonly ipv4: string | null },
  ): Promise<void> {
    const EndpointConfig = {
      Aliases: aliases.length > 0 ? aliases : undefined,
      IPAMConfig: ipv4 === null ? undefined : { IPv4Address: ipv4 },
    }
    try {
      await this.#client.act({ path: `${pathOf(network)}/connect`, body: { Container: nativeId, EndpointConfig } })
    } catch (error) {
      throw told(error, /already exists in network|already attached to network/i, 'It is in this network already.')
    }
  }

  async disconnect(network: string, nativeId: string, { force }: { readonly force: boolean }): Promise<void> {
    try {
      await this.#client.act({ path: `${pathOf(network)}/disconnect`, body: { Container: nativeId, Force: force } })
    } catch (error) {
      throw told(error, /is not connected to/i, 'It is not in this network.')
    }
  }
}

/** The engine has no code of its own for what is so already. */
function told(error: unknown, words: RegExp, message: string): unknown {
  if (!(error instanceof Failure) || !words.test(String(error.details.words))) return error
  return new Failure('CONFLICT', message, error.details, { cause: error })
}
