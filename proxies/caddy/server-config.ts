import { addressOf, checkRoute, type Route, type Upstream } from '../proxy/index.ts'

/** What Caddy keeps for us beside a route: the upstreams that were taken out last, so that they can be drained. */
export interface KeptRoute {
  readonly route: Route
  readonly left: readonly Upstream[]
}

export interface CaddyServer {
  readonly '@id'?: string
  readonly listen?: readonly string[]
  readonly routes?: readonly unknown[]
}

/** Servers of ours are known by their name; every other one is somebody else's. */
const prefix = 'wheelhouse-'
export const isOurs = (name: string): boolean => name.startsWith(prefix)
export const serverName = ({ host, port }: Route['listen']): string =>
  `${prefix}${host.replaceAll(/[^A-Za-z0-9]/g, '-')}-${port}`

const mostLeft = 16
const mostTurns = 200

/** What was kept of the route before, with those now taken out added. */
export function nextKept(route: Route, before: KeptRoute | null): KeptRoute {
  const serving = new Set(route.upstreams.map(addressOf))
  const gone = [...(before?.left ?? []), ...(before?.route.upstreams ?? [])]
  const byAddress = new Map(gone.filter((one) => !serving.has(addressOf(one))).map((one) => [addressOf(one), one]))
  return { route, left: [...byAddress.values()].slice(-mostLeft) }
}

export function caddyServer(listen: Route['listen'], kept: readonly KeptRoute[]): CaddyServer & object {
  return {
    '@id': serverName(listen),
    listen: [addressOf(listen)],
    // A route with host names must not make Caddy fetch certificates and take port 80 for it.
    automatic_https: { disable: true },
    routes: caddyRoutes(kept),
  } as CaddyServer
}

/** In the order of Caddy, which takes the first that matches: names, then wildcards, then the rest. */
export function caddyRoutes(kept: readonly KeptRoute[]): object[] {
  const matchers = kept.flatMap((one) => {
    const { hostnames } = one.route
    if (hostnames.length === 0) return [{ one, hosts: [] as string[], rank: 2 }]
    const exact = hostnames.filter((name) => !name.startsWith('*.'))
    const wild = hostnames.filter((name) => name.startsWith('*.'))
    return [
      ...(exact.length > 0 ? [{ one, hosts: exact, rank: 0 }] : []),
      ...(wild.length > 0 ? [{ one, hosts: wild, rank: 1 }] : []),
    ]
  })
  return matchers
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ one, hosts, rank }) => ({
      '@id': `wheelhouse:${one.route.id}:${rank}`,
      ...(hosts.length > 0 ? { match: [{ host: hosts }] } : {}),
      handle: [{ handler: 'vars', wheelhouse: written(one) }, ...holder(one.left), answerer(one.route)],
      terminal: true,
    }))
}

/** Caddy counts what is under way only for upstreams in its configuration: those that left stay in it, where no request comes. */
function holder(left: readonly Upstream[]): object[] {
  if (left.length === 0) return []
  const upstreams = left.map((one) => ({ dial: addressOf(one) }))
  const handle = [{ handler: 'reverse_proxy', upstreams }]
  return [{ handler: 'subroute', routes: [{ match: [{ not: [{ path: ['*'] }] }], handle }] }]
}

function answerer({ upstreams }: Route): object {
  const order = turns(upstreams)
  if (order.length === 0) return { handler: 'static_response', status_code: 503, body: 'No instance takes requests.\n' }
  return {
    handler: 'reverse_proxy',
    upstreams: order.map((one) => ({ dial: addressOf(one) })),
    load_balancing: {
      selection_policy: { policy: 'round_robin' },
      retries: Math.min(order.length, 20),
      try_interval: '10ms',
    },
    transport: { protocol: 'http', dial_timeout: '5s', versions: ['1.1'] },
    headers: { request: { delete: ['Forwarded', 'X-Real-Ip'] } },
  }
}

/**
 * Each upstream as often as its weight says, spread evenly: Caddy before 2.8 knows no weights. Over 200 turns the shares are
 * rounded to that many; one with any weight keeps a turn.
 */
export function turns(upstreams: readonly Upstream[]): Upstream[] {
  const open = upstreams.filter(({ weight }) => weight > 0)
  const divisor = open.reduce((found, { weight }) => gcd(found, weight), 0) || 1
  const sum = open.reduce((total, { weight }) => total + weight / divisor, 0)
  const scale = sum > mostTurns ? mostTurns / sum : 1
  const shares = open.map((one) => ({ one, share: Math.max(1, Math.round((one.weight / divisor) * scale)), at: 0 }))
  const all = shares.reduce((total, { share }) => total + share, 0)
  const order: Upstream[] = []
  for (let turn = 0; turn < all; turn++) {
    for (const each of shares) each.at += each.share
    const next = shares.reduce((best, each) => (each.at > best.at ? each : best))
    next.at -= all
    order.push(next.one)
  }
  return order
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

// Caddy replaces what stands in braces, so JSON cannot stand as it is.
const written = (kept: KeptRoute): string => Buffer.from(JSON.stringify(kept)).toString('base64url')

/** The routes of ours in a server, once each. What is not as we write it is passed over. */
export function readKept(server: CaddyServer | undefined): KeptRoute[] {
  const found = new Map<string, KeptRoute>()
  for (const route of server?.routes ?? []) {
    const handlers = (route as { handle?: { handler?: string; wheelhouse?: string }[] }).handle ?? []
    const text = handlers.find(({ handler }) => handler === 'vars')?.wheelhouse
    if (text === undefined) continue
    try {
      const { route: kept, left } = JSON.parse(Buffer.from(text, 'base64url').toString()) as KeptRoute
      found.set(kept.id, { route: checkRoute(kept), left })
    } catch {
      continue
    }
  }
  return [...found.values()]
}
