import { createHash } from 'node:crypto'
import { addressOf, type Route } from '../proxy/index.ts'

interface Router {
  readonly entryPoints: readonly string[]
  readonly rule: string
  readonly service: string
  readonly priority?: number
}

export interface WeightedService {
  readonly weighted: { readonly services: readonly { readonly name: string; readonly weight: number }[] }
}

export interface HttpServers {
  readonly loadBalancer: { readonly servers: readonly { readonly url: string }[]; readonly passHostHeader: boolean }
}

export interface TcpServers {
  readonly loadBalancer: { readonly servers: readonly { readonly address: string }[] }
}

/** What Traefik's HTTP provider polls. A part without entries is left out: Traefik refuses an empty one. */
export interface TraefikConfig {
  readonly http?: {
    readonly routers: Record<string, Router>
    readonly services: Record<string, WeightedService | HttpServers>
  }
  readonly tcp?: {
    readonly routers: Record<string, Router>
    readonly services: Record<string, WeightedService | TcpServers>
  }
}

/** Name of the entry point in Traefik's own, static configuration for an address. */
export type EntryPointName = (listen: Route['listen']) => string

/** `port-8080`: what an entry point is called unless it is said otherwise. */
export const entryPointByPort: EntryPointName = ({ port }) => `port-${port}`

/** Names told for some ports, such as `443=websecure`; the others as `entryPointByPort` has them. */
export function entryPointsOf(told: readonly string[]): EntryPointName {
  const names = new Map(told.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)] as const))
  return (listen) => names.get(String(listen.port)) ?? entryPointByPort(listen)
}

/** A name Traefik takes, one of its own for each route: what it cannot spell is in the hash. */
export function serviceName(routeId: string, upstreamId?: string): string {
  const name = upstreamId === undefined ? routeId : `${routeId}--${upstreamId}`
  const hash = createHash('sha256')
    .update(`${routeId}\n${upstreamId ?? ''}`)
    .digest('hex')
    .slice(0, 8)
  return `wh-${name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 100)}-${hash}`
}

/**
 * The routes as Traefik's dynamic configuration: per route a router and a weighted service without stickiness, per upstream a
 * service of one server. An upstream of weight 0 is left out, for Traefik would not ask it.
 */
export function traefikConfig(routes: readonly Route[], entryPoint: EntryPointName = entryPointByPort): TraefikConfig {
  const http = routes.filter(({ protocol }) => protocol === 'http')
  const tcp = routes.filter(({ protocol }) => protocol === 'tcp')
  return {
    ...(http.length > 0 ? { http: section(http, entryPoint, httpRouters, httpServers) } : {}),
    ...(tcp.length > 0 ? { tcp: section(tcp, entryPoint, tcpRouters, tcpServers) } : {}),
  }
}

type Routers = (route: Route) => Record<string, Pick<Router, 'rule' | 'priority'>>
type Servers<T> = (at: string) => T

function section<T>(routes: readonly Route[], entryPoint: EntryPointName, routersOf: Routers, serversOf: Servers<T>) {
  const routers: Record<string, Router> = {}
  const services: Record<string, WeightedService | T> = {}
  for (const route of routes) {
    const service = serviceName(route.id)
    for (const [name, router] of Object.entries(routersOf(route))) {
      routers[name] = { entryPoints: [entryPoint(route.listen)], service, ...router }
    }
    const open = route.upstreams.filter(({ weight }) => weight > 0)
    const shares = open.map(({ id, weight }) => ({ name: serviceName(route.id, id), weight }))
    services[service] = { weighted: { services: shares } }
    for (const upstream of open) services[serviceName(route.id, upstream.id)] = serversOf(addressOf(upstream))
  }
  return { routers, services }
}

const httpServers: Servers<HttpServers> = (at) => ({
  loadBalancer: { servers: [{ url: `http://${at}` }], passHostHeader: true },
})
const tcpServers: Servers<TcpServers> = (at) => ({ loadBalancer: { servers: [{ address: at }] } })

// Without a priority Traefik takes the longest rule first, and a wildcard is longer than most names.
const priorities = { exact: 1_000, wildcard: 100, fallback: 1 }

function httpRouters({ id, hostnames }: Route): ReturnType<Routers> {
  const name = serviceName(id)
  if (hostnames.length === 0) return { [name]: { rule: 'PathPrefix(`/`)', priority: priorities.fallback } }
  const exact = hostnames.filter((host) => !host.startsWith('*.')).map((host) => `Host(\`${host}\`)`)
  const wild = hostnames.filter((host) => host.startsWith('*.')).map((host) => `HostRegexp(\`${wildcard(host)}\`)`)
  return {
    ...(exact.length > 0 ? { [name]: { rule: exact.join(' || '), priority: priorities.exact } } : {}),
    ...(wild.length > 0 ? { [`${name}-any`]: { rule: wild.join(' || '), priority: priorities.wildcard } } : {}),
  }
}

const tcpRouters: Routers = ({ id }) => ({ [serviceName(id)]: { rule: 'HostSNI(`*`)' } })

/** One label in place of the star, in the regular expressions of Traefik 3. */
const wildcard = (host: string): string => String.raw`^[^.]+\.${host.slice(2).replaceAll('.', String.raw`\.`)}$`
