import { Failure } from '@wheelhouse/contract'
import type { NetworkAttachment } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import { endpoint } from './container-body.ts'

interface Endpoint {
  readonly NetworkID: string
  readonly Aliases: readonly string[] | null
  readonly IPAMConfig: { readonly IPv4Address?: string } | null
}
interface Attached {
  readonly Id: string
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, Endpoint>> | null }
}

/**
 * Joins a network under these names. One that is in it already under all of them is left alone; for further names it has to leave
 * and come back, because an engine adds none to a connection that is there: for a moment it is not on this network.
 */
export async function attach(client: EngineClient, id: string, network: NetworkAttachment): Promise<void> {
  const there = await find(client, id, network.name)
  if (!there) return connect(client, id, network)
  const known = (there.Aliases ?? []).filter((alias) => !id.startsWith(alias))
  const ipv4 = there.IPAMConfig?.IPv4Address || null
  const named = network.aliases.every((alias) => known.includes(alias))
  if (named && (network.ipv4 === null || network.ipv4 === ipv4)) return
  const aliases = [...new Set([...known, ...network.aliases])]
  await disconnect(client, id, network.name)
  try {
    await connect(client, id, { name: network.name, aliases, ipv4: network.ipv4 ?? ipv4 })
  } catch (error) {
    await connect(client, id, { name: network.name, aliases: known, ipv4 }).catch(() => undefined)
    throw error
  }
}

export async function detach(client: EngineClient, id: string, network: string): Promise<void> {
  if (await find(client, id, network)) await disconnect(client, id, network)
}

/** NOT_FOUND where there is no such container. */
async function find(client: EngineClient, id: string, network: string): Promise<Endpoint | undefined> {
  const { NetworkSettings: settings } = await client.json<Attached>({ path: `${containerPath(id)}/json` })
  const all = settings.Networks ?? {}
  return all[network] ?? Object.values(all).find((one) => one.NetworkID === network)
}

const pathOf = (network: string): string => `/networks/${encodeURIComponent(network)}`

async function connect(client: EngineClient, id: string, network: NetworkAttachment): Promise<void> {
  const body = { Container: id, EndpointConfig: endpoint(network) }
  try {
    await client.act({ path: `${pathOf(network.name)}/connect`, body })
  } catch (error) {
    // Another was faster, and asked for the same.
    const raced = error instanceof Failure && /already exists in network/i.test(String(error.details.words))
    if (!raced) throw error
  }
}

async function disconnect(client: EngineClient, id: string, network: string): Promise<void> {
  try {
    await client.act({ path: `${pathOf(network)}/disconnect`, body: { Container: id, Force: false } })
  } catch (error) {
    const gone = error instanceof Failure && /is not connected to/i.test(String(error.details.words))
    if (!gone) throw error
  }
}
