import { isIP } from 'node:net'
import type { Service } from '@wheelhouse/contract'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { ScrapeRow } from './store.ts'

/** Where a service tells its metrics, and how it is asked. */
export interface Endpoint {
  readonly scheme: 'http' | 'https'
  readonly port: number
  readonly path: string
  readonly intervalMs: number
  readonly headers: Readonly<Record<string, string>>
}

export const usualPath = '/metrics'
export const usualIntervalMs = 10_000
const isTrue = (text: string | undefined): boolean => text === 'true' || text === '1'

/** What a service asks for by its labels; null where it asks for nothing. */
export function labelled({ labels, ports }: Pick<Service, 'labels' | 'ports'>): Endpoint | null {
  const label = (name: string): string | undefined => labels[`prometheus.io/${name}`] ?? labels[`prometheus.${name}`]
  if (!isTrue(label('scrape'))) return null
  const named = Number(label('port') ?? ports.find(({ protocol }) => protocol === 'tcp')?.port)
  if (!Number.isInteger(named) || named < 1 || named > 65_535) return null
  const path = label('path') ?? usualPath
  return {
    scheme: label('scheme') === 'https' ? 'https' : 'http',
    port: named,
    path: /^\/[^\s#]{0,400}$/.test(path) ? path : usualPath,
    intervalMs: usualIntervalMs,
    headers: {},
  }
}

/** The endpoint of a service: what a person has set counts before labels. */
export function endpointOf(
  service: Service,
  set: ScrapeRow | null,
): { readonly origin: 'set' | 'label'; readonly endpoint: Endpoint } | null {
  if (set !== null) return { origin: 'set', endpoint: set }
  const endpoint = labelled(service)
  return endpoint === null ? null : { origin: 'label', endpoint }
}

/** Where it is reached from here; null where it is not. */
export async function addressOf(
  registry: Registry,
  service: Service,
  { scheme, port, path }: Pick<Endpoint, 'scheme' | 'port' | 'path'>,
): Promise<URL | null> {
  const { connection, nativeId } = registry.reach(service.id)
  if (service.kind === 'process') return new URL(`${scheme}://127.0.0.1:${port}${path}`)
  const place = (await connection.reach?.(nativeId, port)) ?? inNetwork(registry, service, nativeId, port)
  if (place === null) return null
  const host = isIP(place.host) === 6 ? `[${place.host}]` : place.host
  return new URL(`${scheme}://${host}:${place.port}${path}`)
}

/** Networks of the engine of this very machine are reached without a published port. */
function inNetwork(
  registry: Registry,
  { targetId }: Service,
  nativeId: string,
  port: number,
): { readonly host: string; readonly port: number } | null {
  const { record, endpoints } = registry.mirror(targetId)
  if (!record.address.startsWith('unix://')) return null
  const host = endpoints.find((one) => one.nativeId === nativeId && one.ipv4 !== null)?.ipv4
  return host ? { host, port } : null
}
