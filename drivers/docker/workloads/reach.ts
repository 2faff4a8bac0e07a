import { isThisMachine } from '@wheelhouse/driver'
import type { Endpoint, EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

interface Binding {
  readonly HostIp: string
  readonly HostPort: string
}
/** What of an inspected container tells where its ports are. */
export interface Published {
  readonly State: { readonly Running: boolean }
  readonly HostConfig: { readonly NetworkMode: string }
  readonly NetworkSettings: { readonly Ports: Readonly<Record<string, readonly Binding[] | null>> | null }
}
export interface Place {
  readonly host: string
  readonly port: number
}

/** Where a TCP port of a running container is reached from here, or null. */
export async function reach(client: EngineClient, id: string, port: number): Promise<Place | null> {
  const published = await client.json<Published>({ path: `${containerPath(id)}/json` })
  return placeOf(published, port, engineHost(client.endpoint))
}

/** The other machine that an engine runs on; null for this one. */
export function engineHost({ connection, tunnel, label }: Endpoint): string | null {
  const host = tunnel ? label : 'host' in connection ? connection.host : null
  return host === null || isThisMachine(host) ? null : host
}

/** `engine` is the host the engine runs on; null for this one. What is bound to the loopback of another host is not reached. */
export function placeOf(published: Published, port: number, engine: string | null): Place | null {
  if (!published.State.Running) return null
  // In the host's own network every port is the host's.
  if (published.HostConfig.NetworkMode === 'host') return { host: engine ?? '127.0.0.1', port }
  const places = (published.NetworkSettings.Ports?.[`${port}/tcp`] ?? [])
    .filter(({ HostIp, HostPort }) => Number(HostPort) > 0 && (engine === null || !loopback(HostIp)))
    .map(({ HostIp, HostPort }) => ({
      host: hostOf(HostIp, engine),
      port: Number(HostPort),
      rank: rank(HostIp),
    }))
    .sort((a, b) => a.rank - b.rank)
  const [best] = places
  return best ? { host: best.host, port: best.port } : null
}

function hostOf(address: string, engine: string | null): string {
  if (engine !== null) return open4(address) || open6(address) ? engine : address
  if (open4(address)) return '127.0.0.1'
  return open6(address) ? '::1' : address
}

const open4 = (address: string): boolean => address === '' || address === '0.0.0.0'
const open6 = (address: string): boolean => address === '::'
const loopback = (address: string): boolean => address === '::1' || address.startsWith('127.')

/** Open ones before particular ones, the loopback between them; IPv4 before IPv6. */
function rank(address: string): number {
  if (open4(address)) return 0
  if (open6(address)) return 1
  return loopback(address) ? 2 : 3
}
