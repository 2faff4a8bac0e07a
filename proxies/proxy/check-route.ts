import { Failure } from '@wheelhouse/contract/errors'
import { z } from 'zod'
import type { Route } from './proxy.ts'

const Port = z.int().min(1).max(65_535)
// What may stand in a URL as a host: a name or an address. Anything else could change the meaning of a proxy's configuration.
const Host = z.string().regex(/^[A-Za-z0-9:._-]{1,253}$/, 'a host name or an address')
const Hostname = z
  .string()
  .max(253)
  .toLowerCase()
  .regex(/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/, 'a host name, or one that begins with "*."')
const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,254}$/, 'letters, digits and . _ : @ / -')

const RouteForm = z
  .strictObject({
    id: Id,
    protocol: z.enum(['http', 'tcp']),
    listen: z.strictObject({ host: Host, port: Port }),
    hostnames: z.array(Hostname).max(100),
    upstreams: z.array(z.strictObject({ id: Id, host: Host, port: Port, weight: z.int().min(0).max(10_000) })).max(100),
  })
  .refine((route) => new Set(route.upstreams.map(({ id }) => id)).size === route.upstreams.length, {
    path: ['upstreams'],
    message: 'two upstreams have the same id',
  })
  .refine((route) => route.protocol === 'http' || route.hostnames.length === 0, {
    path: ['hostnames'],
    message: 'a tcp route cannot be told apart by host name',
  })

/** The route with host names in lower case. Throws VALIDATION_FAILED that names every field at fault. */
export function checkRoute(route: unknown): Route {
  const result = RouteForm.safeParse(route)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  const named = issues.map(({ path, message }) => `${path || 'route'}: ${message}`).join('; ')
  throw new Failure('VALIDATION_FAILED', `The route cannot be used: ${named}.`, { issues })
}

/** The first of `others` that would take the same requests as `route`, with the reason; null when there is none. */
export function clash(route: Route, others: readonly Route[]): { with: Route; why: string } | null {
  for (const other of others) {
    if (other.id === route.id || listenKey(other) !== listenKey(route)) continue
    if (route.protocol === 'tcp' || other.protocol === 'tcp') {
      return { with: other, why: 'an address that takes tcp can serve one route only' }
    }
    const same = route.hostnames.find((name) => other.hostnames.includes(name))
    if (same !== undefined) return { with: other, why: `both answer to ${same}` }
    if (route.hostnames.length === 0 && other.hostnames.length === 0) {
      return { with: other, why: 'both answer to every host name' }
    }
  }
  return null
}

/** Throws CONFLICT when another route takes the same requests. */
export function refuseClash(route: Route, others: readonly Route[]): void {
  const found = clash(route, others)
  if (found === null) return
  throw new Failure(
    'CONFLICT',
    `${listenKey(route)} is taken by the route ${found.with.id}: ${found.why}. Choose another port or host name.`,
    { listen: route.listen, routeId: found.with.id },
  )
}

/** `host:port`, with brackets where the host is an IPv6 address. */
export const addressOf = ({ host, port }: { host: string; port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

export const listenKey = (route: Pick<Route, 'listen'>): string => addressOf(route.listen)
