import { setTimeout as pause } from 'node:timers/promises'
import { mkdir } from 'node:fs/promises'
import { Failure } from '@wheelhouse/contract/errors'
import { checkRoute, type Proxy, refuseClash, type Route, RoutesFile } from '../proxy/index.ts'
import { contains, type Shown, TraefikApi } from './api.ts'
import {
  type EntryPointName,
  entryPointByPort,
  serviceName,
  type TraefikConfig,
  traefikConfig,
} from './traefik-config.ts'

export interface TraefikSettings {
  /** Where the routes are kept, so that what Traefik polls is the same after a restart. */
  readonly stateFolder: string
  /** Entry points are of Traefik's static configuration; `port-<port>` when left out. */
  readonly entryPoint?: EntryPointName
  /** Address of Traefik's API, such as `http://127.0.0.1:8080`. Without it a change counts once two polls have passed. */
  readonly apiAddress?: string
  /** `providers.http.pollInterval` of Traefik; 5 s when left out, as there. */
  readonly pollIntervalMs?: number
  /** How long Traefik may take to show a change; three polls and 10 s when left out. */
  readonly timeoutMs?: number
}

export interface Traefik extends Proxy {
  entryPoint(listen: Route['listen']): Promise<{ name: string; address: string | null }>
  /** What the endpoint answers. Throws where the kept routes cannot be read: an empty answer would take every route from Traefik. */
  document(): Promise<TraefikConfig>
}

const lookMs = 200

/**
 * Traefik, driven through its HTTP provider: it polls `document`. It tells neither what is under way nor figures of an upstream, so
 * `drain` and `stats` are CAPABILITY_MISSING. `gapMs` is 0: entry points are static, a change replaces no listener.
 */
export function createTraefik(settings: TraefikSettings): Traefik {
  const { entryPoint: nameOf = entryPointByPort, pollIntervalMs = 5_000 } = settings
  const timeoutMs = settings.timeoutMs ?? 3 * pollIntervalMs + 10_000
  const file = new RoutesFile(settings.stateFolder)
  const api = settings.apiAddress === undefined ? null : new TraefikApi(settings.apiAddress)
  let changes: Promise<unknown> = Promise.resolve()
  const change = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = changes.then(work)
    changes = turn.catch(() => {})
    return turn
  }

  async function publish(routes: readonly Route[]): Promise<void> {
    await mkdir(settings.stateFolder, { recursive: true, mode: 0o700 })
    await file.write(routes)
  }

  async function entryPoint(listen: Route['listen']): Promise<{ name: string; address: string | null }> {
    const name = nameOf(listen)
    if (api === null) return { name, address: null }
    const address = await api.entryPoint(name)
    if (address !== null) return { name, address }
    throw new Failure(
      'NOT_FOUND',
      `Traefik has no entry point "${name}" for port ${listen.port}. Add it to its static configuration, or say what it is called with the setting traefikEntryPoints: ${listen.port}=NAME.`,
      { entryPoint: name },
    )
  }

  /** Resolves when Traefik shows every part of the route as it should be, or no service of that name. */
  async function shown(route: Route, present: boolean): Promise<void> {
    if (api === null) {
      await pause(2 * pollIntervalMs) // nothing tells; by then it has asked at least once
      return
    }
    const part = traefikConfig([route], nameOf)[route.protocol]
    const services = present ? Object.entries(part?.services ?? {}) : [[serviceName(route.id), null] as const]
    const routers = present ? Object.keys(part?.routers ?? {}) : []
    const deadline = performance.now() + timeoutMs
    for (;;) {
      let unlike = ''
      for (const [name, wanted] of services) {
        const seen = await api.part(route.protocol, 'services', name)
        if (wanted === null ? seen !== null : !holds(seen, wanted)) unlike = sayUnlike('service', name, seen)
      }
      for (const name of routers) {
        const seen = await api.part(route.protocol, 'routers', name)
        if (!holds(seen, {})) unlike = sayUnlike('router', name, seen)
      }
      if (unlike === '') return
      if (performance.now() >= deadline) throw notTaken(unlike, timeoutMs)
      await pause(lookMs)
    }
  }

  return {
    kind: 'traefik',
    features: new Set(['weights', 'tcp']),
    entryPoint,
    document: async () => traefikConfig(await file.read(), nameOf),
    get: async (id) => (await file.read()).find((route) => route.id === id) ?? null,
    list: () => file.read(),
    set: (wanted) =>
      change(async () => {
        const route = checkRoute(wanted)
        const before = await file.read()
        refuseClash(route, before)
        await entryPoint(route.listen)
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
        const before = await file.read()
        const route = before.find((one) => one.id === id)
        if (route === undefined) return
        await publish(before.filter((one) => one.id !== id))
        await shown(route, false)
      }),
  }
}

const missing = (what: string, cure: string): Failure =>
  new Failure('CAPABILITY_MISSING', `Traefik does not ${what}. ${cure}`)

const holds = (seen: Shown | null, wanted: object): boolean =>
  seen !== null && seen.status !== 'disabled' && contains(seen, wanted)

const sayUnlike = (kind: string, name: string, seen: Shown | null): string =>
  `the ${kind} ${name}${seen?.error === undefined ? '' : ` (it says: ${seen.error.join('; ')})`}`

const notTaken = (unlike: string, timeoutMs: number): Failure =>
  new Failure(
    'TIMED_OUT',
    `Traefik did not take over ${unlike} within ${timeoutMs} ms. See whether it polls the endpoint (providers.http) and what its log says.`,
    { unlike },
  )
