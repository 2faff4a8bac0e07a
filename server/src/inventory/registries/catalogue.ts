import { Failure, notFound, type RegistryTag } from '@wheelhouse/contract'
import { readObject, type RegistryClient } from './client.ts'

const listTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
const pageSize = 1000
const mostPages = 20
const atOnce = 6

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** Follows the pages of a list of names; a registry of more than 20,000 shows its first. */
async function names(client: RegistryClient, path: string, key: string, scope: string): Promise<string[] | number> {
  const all: string[] = []
  let next: string | null = `${path}?n=${pageSize}`
  for (let page = 0; next !== null && page < mostPages; page += 1) {
    const answer = await client.ask({ path: next, scope })
    if (answer.status !== 200) return answer.status
    const items = readObject(answer.body)[key]
    if (isNames(items)) all.push(...items)
    next = /<([^>]+)>;\s*rel="?next"?/.exec(String(answer.headers.link ?? ''))?.[1] ?? null
  }
  return all.toSorted()
}

/** CAPABILITY_MISSING where it does not list them, as the public one. */
export async function repositories(client: RegistryClient, address: string): Promise<string[]> {
  const found = await names(client, '/v2/_catalog', 'repositories', 'registry:catalog:*')
  if (typeof found !== 'number') return found
  throw new Failure(
    'CAPABILITY_MISSING',
    `${address} does not list its repositories. Give the name of one to see its tags.`,
    { status: found },
  )
}

const repositoryPath = (repository: string): string => {
  const parts = repository.split('/')
  if (parts.some((part) => !/^[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/.test(part))) throw notFound('repository', repository)
  return `/v2/${parts.join('/')}`
}
const isTag = (tag: string): boolean => /^[\w][\w.-]{0,127}$/.test(tag)

export async function tagNames(client: RegistryClient, repository: string): Promise<string[]> {
  const found = await names(client, `${repositoryPath(repository)}/tags/list`, 'tags', `repository:${repository}:pull`)
  if (typeof found !== 'number') return found
  if (found === 404) throw notFound('repository', repository)
  throw new Failure('TARGET_REFUSED', `The registry answered ${found} when asked for the tags of ${repository}.`)
}

interface Descriptor {
  readonly digest?: string
  readonly size?: number
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string }
}

/** Digest, size and platforms of tags. A tag that cannot be read shows without them. */
export async function describeTags(
  client: RegistryClient,
  repository: string,
  tags: readonly string[],
  sparing: boolean,
): Promise<RegistryTag[]> {
  const rows = tags.map((tag): RegistryTag => ({ tag, digest: null, sizeBytes: null, platforms: [], createdAt: null }))
  const waiting = rows.keys()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const index of waiting) {
        const row = rows[index]!
        rows[index] = (await describe(client, repository, row.tag, sparing)) ?? row
      }
    }),
  )
  return rows
}

async function describe(
  client: RegistryClient,
  repository: string,
  tag: string,
  sparing: boolean,
): Promise<RegistryTag | null> {
  if (!isTag(tag)) return null
  const path = repositoryPath(repository)
  const scope = `repository:${repository}:pull`
  const accept = [...listTypes, ...manifestTypes]
  const answer = await client.ask({
    // The public registry counts each read of a manifest as a pull, but not the question whether it is there.
    method: sparing ? 'HEAD' : 'GET',
    path: `${path}/manifests/${tag}`,
    accept,
    scope,
  })
  if (answer.status !== 200) return null
  const digest = headerText(answer.headers['docker-content-digest'])
  const plain = { tag, digest, sizeBytes: null, platforms: [], createdAt: null }
  if (sparing) return plain
  const manifest = readObject(answer.body) as {
    readonly manifests?: readonly Descriptor[]
    readonly layers?: readonly Descriptor[]
    readonly config?: Descriptor
  }
  if (manifest.manifests) {
    const platforms = manifest.manifests.map(platformOf).filter((platform) => platform !== null)
    return { ...plain, platforms: [...new Set(platforms)] }
  }
  const sizeBytes = (manifest.layers ?? []).reduce((sum, layer) => sum + (layer.size ?? 0), 0)
  const config = await readConfig(client, path, manifest.config?.digest, scope)
  return { ...plain, sizeBytes, ...config }
}

async function readConfig(
  client: RegistryClient,
  path: string,
  digest: string | undefined,
  scope: string,
): Promise<Pick<RegistryTag, 'platforms' | 'createdAt'>> {
  const unknown = { platforms: [], createdAt: null }
  if (digest === undefined || !/^sha256:[0-9a-f]{64}$/.test(digest)) return unknown
  const answer = await client.ask({ path: `${path}/blobs/${digest}`, scope, accept: ['*/*'] })
  if (answer.status !== 200) return unknown
  const { os, architecture, variant, created } = readObject(answer.body) as Record<string, unknown>
  const platform = platformOf({ platform: { os, architecture, variant } as NonNullable<Descriptor['platform']> })
  const time = typeof created === 'string' ? Date.parse(created) : Number.NaN
  return {
    platforms: platform === null ? [] : [platform],
    createdAt: Number.isNaN(time) ? null : new Date(time).toISOString(),
  }
}

/** Null for what is no image, such as an attestation. */
function platformOf({ platform }: Descriptor): string | null {
  if (!platform?.os || platform.os === 'unknown') return null
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')
}

/** The digest under a tag, and every tag of the same image. NOT_FOUND where there is none. */
export async function sameImage(
  client: RegistryClient,
  repository: string,
  tag: string,
): Promise<{ digest: string; tags: string[] }> {
  const all = await tagNames(client, repository)
  if (!all.includes(tag)) throw notFound('tag', `${repository}:${tag}`)
  const rows = await describeTags(client, repository, all, true)
  const digest = rows.find((row) => row.tag === tag)?.digest
  if (digest == null) throw notFound('tag', `${repository}:${tag}`)
  return { digest, tags: rows.filter((row) => row.digest === digest).map((row) => row.tag) }
}

/** Removes an image from the registry, with every tag of it. CAPABILITY_MISSING where the registry deletes nothing. */
export async function removeImage(client: RegistryClient, repository: string, digest: string): Promise<void> {
  const { status } = await client.ask({
    method: 'DELETE',
    path: `${repositoryPath(repository)}/manifests/${digest}`,
    scope: `repository:${repository}:delete`,
  })
  if (status === 405)
    throw new Failure(
      'CAPABILITY_MISSING',
      'The registry deletes nothing. Switch deletion on in its settings: storage.delete.enabled.',
    )
  if (status === 404) throw notFound('image', `${repository}@${digest}`)
  if (status >= 300) throw new Failure('TARGET_REFUSED', `The registry answered ${status} and deleted nothing.`)
}

const headerText = (value: string | string[] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) ?? null
