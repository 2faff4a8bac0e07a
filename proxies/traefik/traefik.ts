import { isDeepStrictEqual } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract/errors'
import { checkRoute, type Proxy, refuseClash, type Route } from '../proxy/index.ts'
import { type EntryPoint, entryPointByPort, serviceName, type TraefikConfig, traefikConfig } from './traefik-config.ts'

export interface TraefikSettings {
  /** The routes last published, as they were handed over; they are kept where the endpoint takes them from. */
  published(): Promise<readonly Route[]>
  /** From now on the endpoint that Traefik polls answers with this document. Resolves when it is kept. */
  publish(config: TraefikConfig, routes: readonly Route[]): Promise<void>
  /** Entry points are of Traefik's static configuration; `port-<port>` when left out. */
  readonly entryPoint?: EntryPoint
  /** Address of Traefik's API, such as `http://127.0.0.1:8080`. Without it a change counts once two polls have passed. */
  readonly apiAddress?: string
  /** `providers.http.pollInterval` of Traefik; 5 s when left out, as there. */
  readonly pollIntervalMs?: number
  /** How long Traefik may take to show a change; three polls and 10 s when left out. */
  readonly timeoutMs?: number
}

const lookMs = 200

/**
 * Traefik, driven through its HTTP provider. It tells neither what is under way nor figures of an upstream, so `drain` and `stats`
 * are CAPABILITY_MISSING. `gapMs` is 0: entry points are static, a change replaces no listener.
 */
export function createTraefik(settings: TraefikSettings): Proxy {
  const { entryPoint = entryPointByPort, pollIntervalMs = 5_000 } = settings
  const timeoutMs = settings.timeoutMs ?? 3 * pollIntervalMs + 10_000
  let changes: Promise<unknown> = Promise.resolve()
  const change = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = changes.then(work)
    changes = turn.catch(() => {})
    return turn
  }
  const publish = (routes: readonly Route[]): Promise<void> =>
    settings.publish(traefikConfig(routes, entryPoint), routes)

  /** Resolves when Traefik shows every service of the route as it should be, or no service of that name. */
  async function shown(route: Route, present: boolean): Promise<void> {
    if (settings.apiAddress === undefined) {
      await pause(2 * pollIntervalMs) // nothing tells; by then it has asked at least once
      return
    }
    const services = Object.entries(traefikConfig([route], entryPoint)[route.protocol]?.services ?? {})
    const wanted = present ? services : [[serviceName(route.id), null] as const]
    const deadline = performance.now() + timeoutMs
    let unlike = ''
    do {
      unlike = ''
      for (const [name, service] of wanted) {
        const seen = await serviceOf(settings.apiAddress, route.protocol, name)
        if (!matches(seen, service)) unlike = name
      }
      if (unlike === '') return
      await pause(lookMs)
    } while (performance.now() < deadline)
    throw new Failure(
      'TIMED_OUT',
      `Traefik did not take over the service ${unlike} within ${timeoutMs} ms. See whether it polls the endpoint (providers.http) and what its log says.`,
      { service: unlike },
    )
  }

  return {
    kind: 'traefik',
    features: new Set(['weights', 'tcp']),
    get: async (id) => (await settings.published()).find((route) => route.id === id) ?? null,
    list: () => settings.published(),
    set: (wanted) =>
      change(async () => {
        const route = checkRoute(wanted)
        const before = await settings.published()
        refuseClash(route, before)
        await publish([...before.filter(({ id }) => id !== route.id), route])
        await shown(route, true)
        return { gapMs: 0 }
      }),
    async drain() {
      throw missing('tell what is under way to an upstream', 'Wait a fixed time instead, or use the switch.')
    },
    async stats() {
      throw missing('tell figures of an upstream', 'Read the metrics of Traefik itself, or use the switch.')
    },
    remove: (id) =>
      change(async () => {
        const before = await settings.published()
        const route = before.find((one) => one.id === id)
        if (route === undefined) return
        await publish(before.filter((one) => one.id !== id))
        await shown(route, false)
      }),
  }
}

const missing = (what: string, cure: string): Failure =>
  new Failure('CAPABILITY_MISSING', `Traefik does not ${what}. ${cure}`)

/** The service as Traefik has it; null when it has none of that name. */
async function serviceOf(apiAddress: string, protocol: Route['protocol'], name: string): Promise<unknown> {
  const url = new URL(`/api/${protocol}/services/${encodeURIComponent(`${name}@http`)}`, apiAddress)
  const unreachable = (why: string, cause?: unknown): Failure =>
    new Failure(
      'TARGET_UNREACHABLE',
      `Traefik does not answer at ${url.origin}: ${why}. See whether it runs and its API is on.`,
      { address: url.origin },
      { cause },
    )
  let answer: Response
  try {
    answer = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'error' })
    if (answer.status === 404) return null
    if (answer.ok) return await answer.json()
  } catch (error) {
    throw unreachable((error as Error).message, error)
  }
  throw unreachable(`status ${answer.status}`)
}

/** Traefik adds defaults and a status of its own to what it was given: only what was given is compared. */
function matches(seen: unknown, wanted: object | null): boolean {
  if (wanted === null || seen === null) return seen === wanted
  if ((seen as { status?: string }).status === 'disabled') return false
  return contains(seen, wanted)
}

function contains(seen: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(seen) && seen.length === wanted.length && wanted.every((one, at) => contains(seen[at], one))
  }
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(seen, wanted)
  if (typeof seen !== 'object' || seen === null) return false
  return Object.entries(wanted).every(([key, value]) => contains((seen as Record<string, unknown>)[key], value))
}
