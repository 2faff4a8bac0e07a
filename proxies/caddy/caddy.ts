import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract/errors'
import {
  addressOf,
  checkRoute,
  listenKey,
  nameOwner,
  portOwner,
  type Proxy,
  refuseClash,
  type Route,
} from '../proxy/index.ts'
import { Admin, type AdminAnswer } from './admin.ts'
import {
  type CaddyServer,
  caddyRoutes,
  caddyServer,
  isOurs,
  type KeptRoute,
  nextKept,
  readKept,
  serverName,
} from './server-config.ts'

export interface CaddySettings {
  /** Of the admin API: `http://127.0.0.1:2019` or `unix:///run/caddy/admin.sock`. */
  readonly address: string
  /** How long Caddy may take to answer; 10 s when left out. */
  readonly timeoutMs?: number
}

const servers = '/config/apps/http/servers'
const pollMs = 50

type Servers = Record<string, CaddyServer>

/**
 * Caddy, driven by its admin API. What others configured is never touched: each address of ours is a server of our own name.
 * Routes are kept in Caddy's configuration; they outlive Caddy when it runs with `--resume`.
 */
export function createCaddy({ address, timeoutMs = 10_000 }: CaddySettings): Proxy {
  const admin = new Admin(address, timeoutMs)
  let changes: Promise<unknown> = Promise.resolve()
  const change = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = changes.then(work)
    changes = turn.catch(() => {})
    return turn
  }

  async function read(): Promise<{ all: Servers; etag: string | null }> {
    const answer = await admin.ask('GET', servers)
    // 400: nothing of http is configured yet, so the path leads nowhere.
    if (answer.status === 400 || answer.value === null) return { all: {}, etag: null }
    if (answer.status !== 200) throw refused(answer)
    return { all: answer.value as Servers, etag: answer.etag }
  }

  const ours = (all: Servers): KeptRoute[] =>
    Object.entries(all).flatMap(([name, server]) => (isOurs(name) ? readKept(server) : []))

  async function keptOf(id: string): Promise<KeptRoute | null> {
    return ours((await read()).all).find(({ route }) => route.id === id) ?? null
  }

  /** Puts these routes on the address, in one step; no routes end the server. */
  async function put(all: Servers, listen: Route['listen'], kept: KeptRoute[], etag: string | null): Promise<void> {
    const name = serverName(listen)
    const path = `${servers}/${name}`
    let answer: AdminAnswer
    if (kept.length === 0) answer = await admin.ask('DELETE', path, undefined, etag)
    else if (all[name] !== undefined) answer = await admin.ask('PATCH', `${path}/routes`, caddyRoutes(kept), etag)
    else answer = await create(name, caddyServer(listen, kept), etag)
    if (answer.status >= 400) throw refused(answer, listen)
  }

  async function create(name: string, server: object, etag: string | null): Promise<AdminAnswer> {
    // The part of the configuration that is there decides where ours begins.
    const root = (await admin.ask('GET', '/config/')).value as { apps?: { http?: { servers?: object } } } | null
    if (root?.apps?.http?.servers) return admin.ask('PUT', `${servers}/${name}`, server, etag)
    const own = { [name]: server }
    if (root?.apps?.http) return admin.ask('PUT', servers, own)
    if (root?.apps) return admin.ask('PUT', '/config/apps/http', { servers: own })
    if (root) return admin.ask('PUT', '/config/apps', { http: { servers: own } })
    return admin.ask('POST', '/load', { apps: { http: { servers: own } } })
  }

  /** A change by somebody else between our look and our change is looked at again. */
  async function again<T>(work: () => Promise<T>): Promise<T> {
    for (let round = 0; ; round++) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof Overtaken) || round === 9) throw error
      }
    }
  }

  async function set(wanted: Route): Promise<{ gapMs: number }> {
    const route = checkRoute(wanted)
    if (route.protocol !== 'http') throw missing('take tcp', 'Use the switch for this route.')
    const { all, etag } = await read()
    const known = ours(all)
    refuseClash(
      route,
      known.map((one) => one.route),
    )
    refuseForeign(route, all)
    const before = known.find((one) => one.route.id === route.id) ?? null
    const key = listenKey(route)
    const others = known.filter((one) => one.route.id !== route.id)
    const beside = others.filter((one) => listenKey(one.route) === key)
    const since = performance.now()
    await put(all, route.listen, [...beside, nextKept(route, before)], etag)
    const tookMs = performance.now() - since
    if (before === null || listenKey(before.route) === key) return { gapMs: 0 }
    await take(before.route)
    return { gapMs: tookMs }
  }

  /** Takes the route off its address. */
  async function take(route: Route): Promise<void> {
    const { all, etag } = await read()
    const server = all[serverName(route.listen)]
    const rest = readKept(server).filter((one) => one.route.id !== route.id)
    if (server !== undefined) await put(all, route.listen, rest, etag)
  }

  async function active(addresses: readonly string[]): Promise<number> {
    const answer = await admin.ask('GET', '/reverse_proxy/upstreams')
    if (answer.status !== 200) throw refused(answer)
    const counts = answer.value as { address: string; num_requests: number }[] | null
    return (counts ?? []).reduce((sum, one) => sum + (addresses.includes(one.address) ? one.num_requests : 0), 0)
  }

  return {
    kind: 'caddy',
    features: new Set(['weights', 'drain']),
    get: async (id) => (await keptOf(id))?.route ?? null,
    list: async () => ours((await read()).all).map(({ route }) => route),
    set: (route) => change(() => again(() => set(route))),
    async drain(id, upstreamId, waitMs, signal) {
      const kept = await keptOf(id)
      const left = (kept?.left ?? []).filter((one) => one.id === upstreamId)
      const meant = left.length > 0 ? left : (kept?.route.upstreams ?? []).filter((one) => one.id === upstreamId)
      const addresses = meant.map(addressOf)
      const deadline = performance.now() + waitMs
      for (;;) {
        const count = addresses.length === 0 ? 0 : await active(addresses)
        const rest = deadline - performance.now()
        if (count === 0 || rest <= 0 || signal.aborted) return count
        await pause(Math.min(pollMs, rest))
      }
    },
    async stats() {
      throw missing('tell figures of an upstream', 'Read the metrics of Caddy itself, or use the switch.')
    },
    remove: (id) =>
      change(() =>
        again(async () => {
          const kept = await keptOf(id)
          if (kept !== null) await take(kept.route)
        }),
      ),
  }
}

class Overtaken extends Failure {}

const missing = (what: string, cure: string): Failure =>
  new Failure('CAPABILITY_MISSING', `Caddy cannot ${what}. ${cure}`)

function refused({ status, value }: AdminAnswer, listen?: Route['listen']): Failure {
  const said = (value as { error?: string } | null)?.error ?? `status ${status}`
  if (status === 412) return new Overtaken('CONFLICT', 'The configuration of Caddy changed meanwhile. Try again.')
  if (listen !== undefined && said.includes('address already in use')) {
    const owner = portOwner(listen.host, listen.port)
    const text = `${addressOf(listen)} is taken by ${nameOwner(owner)}. Stop it or choose another port.`
    return new Failure('CONFLICT', text, { listen, pid: owner?.pid ?? null, process: owner?.name ?? null })
  }
  return new Failure('TARGET_REFUSED', `Caddy refused the configuration: ${said}.`, { status })
}

/** An address that a server of somebody else in the same Caddy listens on is that server's. */
function refuseForeign(route: Route, all: Servers): void {
  const { host, port } = route.listen
  for (const [name, server] of Object.entries(all)) {
    const same = (server.listen ?? []).some((at) => at === addressOf({ host, port }) || at === `:${port}`)
    if (isOurs(name) || !same) continue
    const text = `${listenKey(route)} is taken by the server "${name}" in Caddy, which is not of Wheelhouse. Choose another port.`
    throw new Failure('CONFLICT', text, { listen: route.listen, server: name })
  }
}
