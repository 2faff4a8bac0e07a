import { Failure } from '@wheelhouse/contract'
import type { ServiceSpec } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

/** A manager asks the registry itself; one that is not there costs it a long while. */
const registryTimeoutMs = 15_000
/** Where its digest is known, what is asked for is worth no long wait. */
const platformTimeoutMs = 5_000

interface Platform {
  readonly Architecture: string
  readonly OS: string
}
interface Bound {
  readonly spec: ServiceSpec
  readonly warnings: readonly string[]
}

/**
 * Binds the image of a spec to the digest that its tag has now, so that every node runs the same whenever it pulls, and to the
 * platforms it is made for. An image that stays as it was keeps its digest. Where no registry tells, it goes by its tag, with a warning.
 */
export async function bindImage(
  client: EngineClient,
  spec: ServiceSpec,
  before: ServiceSpec | null,
  auth: string | null,
): Promise<Bound> {
  const image = spec.TaskTemplate.ContainerSpec?.Image
  if (image === undefined || image.includes('@')) return { spec, warnings: [] }
  const known = before?.TaskTemplate.ContainerSpec?.Image
  if (known !== undefined && known.split('@')[0] === image) {
    const platforms = before?.TaskTemplate.Placement?.Platforms as readonly Platform[] | undefined
    return { spec: bound(spec, known, platforms ?? []), warnings: [] }
  }
  try {
    const { digest, platforms } = await askRegistry(client, image, auth, registryTimeoutMs)
    return { spec: bound(spec, `${tagged(image)}@${digest}`, platforms), warnings: [] }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const why = typeof error.details.words === 'string' ? error.details.words : error.message
    const warning = `${image} is not bound to a digest, because its registry did not tell it (${why}). Nodes may come to run different images under this tag.`
    return { spec, warnings: [warning] }
  }
}

/**
 * Binds a spec whose image has a digest already to the platforms that it is made for, so that no task goes to a node of another kind.
 * It runs without: a registry that is away must not keep a release from coming back.
 */
export async function bindPlatforms(
  client: EngineClient,
  spec: ServiceSpec,
  auth: string | null,
): Promise<ServiceSpec> {
  const image = spec.TaskTemplate.ContainerSpec?.Image
  if (image?.includes('@') !== true || (spec.TaskTemplate.Placement?.Platforms ?? []).length > 0) return spec
  try {
    const { platforms } = await askRegistry(client, image, auth, platformTimeoutMs)
    return bound(spec, image, platforms)
  } catch (error) {
    if (error instanceof Failure) return spec
    throw error
  }
}

async function askRegistry(
  client: EngineClient,
  image: string,
  auth: string | null,
  timeoutMs: number,
): Promise<{ readonly digest: string; readonly platforms: readonly Platform[] }> {
  const { Descriptor, Platforms } = await client.json<{
    Descriptor: { digest: string }
    Platforms?: readonly { architecture?: string; os?: string }[] | null
  }>({
    path: `/distribution/${image}/json`,
    headers: auth === null ? {} : { 'x-registry-auth': auth },
    timeoutMs,
  })
  const platforms = (Platforms ?? []).flatMap(({ architecture, os }) =>
    architecture && os ? [{ Architecture: architecture, OS: os }] : [],
  )
  return { digest: Descriptor.digest, platforms }
}

/** A digest with no tag before it would forget which tag it was. */
function tagged(image: string): string {
  return /:[^/]+$/.test(image) ? image : `${image}:latest`
}

function bound(spec: ServiceSpec, image: string, platforms: readonly Platform[]): ServiceSpec {
  const { TaskTemplate: template } = spec
  const place = template.Placement
  const Placement = platforms.length === 0 || place?.Platforms ? place : { ...place, Platforms: platforms }
  return {
    ...spec,
    TaskTemplate: {
      ...template,
      ContainerSpec: { ...template.ContainerSpec, Image: image },
      ...(Placement ? { Placement } : {}),
    },
  }
}
