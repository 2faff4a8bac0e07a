import { join } from 'node:path'
import { createCaddy } from './caddy/index.ts'
import type { Proxy } from './proxy/index.ts'
import { createSwitch, switchProgram } from './switch/index.ts'
import { createTraefik, entryPointsOf } from './traefik/index.ts'

/** The settings that say which proxies there are, and how each is driven. */
export interface ProxySettings {
  readonly data: string
  readonly caddyAdmin: string | null
  readonly traefikToken: string | null
  readonly traefikApi: string | null
  readonly traefikEntryPoints: readonly string[]
  readonly traefikPollMs: number
}

/** The switch is always there, and `start` runs it; others where a setting says how they are driven. */
export function openProxies(
  settings: ProxySettings,
  start: (argv: readonly [string, ...string[]]) => Promise<void>,
): ReadonlyMap<Proxy['kind'], Proxy> {
  const stateFolder = join(settings.data, 'switch')
  const program: [string, ...string[]] = [process.execPath, switchProgram, '--state', stateFolder]
  const proxies = new Map<Proxy['kind'], Proxy>([
    ['switch', createSwitch({ stateFolder, start: () => start(program) })],
  ])
  if (settings.caddyAdmin !== null) proxies.set('caddy', createCaddy({ address: settings.caddyAdmin }))
  // Without a token its endpoint is closed, so nothing could be handed to it.
  if (settings.traefikToken !== null)
    proxies.set(
      'traefik',
      createTraefik({
        stateFolder: join(settings.data, 'traefik'),
        entryPoint: entryPointsOf(settings.traefikEntryPoints),
        pollIntervalMs: settings.traefikPollMs,
        ...(settings.traefikApi === null ? {} : { apiAddress: settings.traefikApi }),
      }),
    )
  return proxies
}
