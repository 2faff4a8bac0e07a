import type { Json } from './spec/kind.ts'

/** What the image of a service is built from, as a Compose file says it. */
export interface ComposeBuild {
  readonly service: string
  /** The image the file names beside it. */
  readonly image: string | null
  /** A folder as paths of the file are: below that of the project, or absolute where that is known. Or an address. */
  readonly context: string
  /** From the context. */
  readonly dockerfile: string
  /** The text of the Dockerfile, where the file holds it itself. */
  readonly inline: string | null
  readonly target: string | null
  readonly args: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly pull: boolean
  readonly noCache: boolean
  readonly network: string | null
  readonly cacheFrom: readonly string[]
  /** Keys without which the image would be another, and which the builder of an engine does not have. */
  readonly unbuildable: readonly string[]
  /** Keys that are left aside. */
  readonly unused: readonly string[]
}
type Canonical = Readonly<Record<string, Json>>

const unbuildable = ['additional_contexts', 'secrets', 'ssh', 'entitlements', 'privileged', 'platforms', 'isolation']
const unused = ['cache_to', 'tags', 'ulimits', 'shm_size', 'extra_hosts']

/** Those of the services that will run whose image is built: where one is named too, unless it is to be pulled. */
export function readBuilds(services: ReadonlyMap<string, Canonical>, running: ReadonlySet<string>): ComposeBuild[] {
  return [...services].flatMap(([service, { build, image, pull_policy: policy }]) => {
    if (!running.has(service) || !isMap(build)) return []
    if (typeof image === 'string' && policy !== undefined && policy !== '' && policy !== 'build') return []
    const has = (key: string): boolean => key in build && build[key] !== false
    return [
      {
        service,
        image: text(image),
        context: text(build.context) ?? '.',
        dockerfile: text(build.dockerfile) ?? 'Dockerfile',
        inline: text(build.dockerfile_inline),
        target: text(build.target),
        args: texts(build.args),
        labels: texts(build.labels),
        pull: build.pull === true,
        noCache: build.no_cache === true,
        network: text(build.network),
        cacheFrom: Array.isArray(build.cache_from) ? build.cache_from.map(String) : [],
        unbuildable: unbuildable.filter(has),
        unused: unused.filter(has),
      },
    ]
  })
}

const isMap = (value: Json | undefined): value is Canonical =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: Json | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null)
const texts = (value: Json | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isMap(value) ? value : {}).flatMap(([name, one]) =>
      one === null || typeof one === 'object' ? [] : [[name, String(one)] as const],
    ),
  )
