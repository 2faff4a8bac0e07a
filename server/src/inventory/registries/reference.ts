export const publicRegistry = 'docker.io'
const publicNames: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'hub.docker.com',
])

/** One spelling for the registry that needs no address in image names. */
export function plainAddress(address: string): string {
  const lower = address.toLowerCase()
  return publicNames.has(lower) ? publicRegistry : lower
}

/** An image's name taken apart. `tag` is `latest` where neither tag nor digest is told, null beside a digest alone. */
export interface ImageReference {
  readonly registry: string
  /** As the registry's API names it: library/nginx for nginx. */
  readonly repository: string
  /** As it stands in image names, without tag and digest: nginx, host:5000/shop/web. */
  readonly name: string
  readonly tag: string | null
  readonly digest: string | null
}

export function readReference(reference: string): ImageReference {
  const at = reference.indexOf('@')
  const digest = at === -1 ? null : reference.slice(at + 1)
  const rest = at === -1 ? reference : reference.slice(0, at)
  const colon = rest.lastIndexOf(':')
  const tagged = colon > rest.lastIndexOf('/')
  const name = tagged ? rest.slice(0, colon) : rest
  const tag = tagged ? rest.slice(colon + 1) : digest === null ? 'latest' : null
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const hasHost = first.includes('.') || first.includes(':') || first === 'localhost'
  const registry = hasHost ? plainAddress(first) : publicRegistry
  const path = hasHost ? name.slice(slash + 1) : name
  return {
    registry,
    repository: registry === publicRegistry && !path.includes('/') ? `library/${path}` : path,
    name,
    tag,
    digest,
  }
}

/** A name as engines list it: with its tag, unless a digest stands for it. */
export function wholeName(reference: string): string {
  const { name, tag, digest } = readReference(reference)
  return digest === null ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`
}
