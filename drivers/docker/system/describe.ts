import type { EngineSystem } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

/** What came to the Engine API after 1.41, the oldest we speak, by its version (docs.docker.com/reference/api/engine/version-history). */
const features: readonly { readonly minor: number; readonly feature: string; readonly since: string }[] = [
  { minor: 42, feature: 'A folder of the host made on mounting, where it is missing', since: '23.0' },
  { minor: 42, feature: 'Pruning volumes that have a name', since: '23.0' },
  { minor: 42, feature: 'Disk usage by kind', since: '23.0' },
  { minor: 42, feature: 'CSI volumes of a Swarm', since: '23.0' },
  { minor: 44, feature: 'A faster health check while a container starts', since: '25.0' },
  { minor: 44, feature: 'A MAC address on each network', since: '25.0' },
  { minor: 46, feature: 'Annotations of containers', since: '27.0' },
]

/** Secrets that an engine tells of itself: in its proxies, and the tokens of a Swarm. */
function masked(info: Record<string, unknown>): Record<string, unknown> {
  const withoutLogin = (value: unknown): unknown =>
    typeof value === 'string' ? value.replace(/\/\/[^/@]*@/, '//***@') : value
  return {
    ...info,
    HttpProxy: withoutLogin(info.HttpProxy),
    HttpsProxy: withoutLogin(info.HttpsProxy),
  }
}

/** Everything an engine says of itself, in its own words, and what its version cannot do. */
export async function describeEngine(client: EngineClient): ReturnType<EngineSystem['info']> {
  const [version, info, api] = await Promise.all([
    client.json<Record<string, unknown> & { Version?: string }>({ path: '/version' }),
    client.json<Record<string, unknown>>({ path: '/info' }),
    client.version(),
  ])
  return {
    version,
    info: masked(info),
    warnings: (info.Warnings as readonly string[] | null | undefined) ?? [],
    lacks: features
      .filter(({ minor }) => !api.atLeast(minor))
      .map(({ feature, since }) => ({
        feature,
        reason: `Docker ${since} brought it; this engine is ${version.Version ?? 'older'}.`,
      })),
  }
}
