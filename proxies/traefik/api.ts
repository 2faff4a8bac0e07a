import { isDeepStrictEqual } from 'node:util'
import { Failure } from '@wheelhouse/contract/errors'

/** What Traefik shows of itself under `/api`. Every method throws TARGET_UNREACHABLE when it does not answer. */
export class TraefikApi {
  readonly #address: string

  constructor(address: string) {
    this.#address = address
  }

  /** The listening address of an entry point, such as `:80`; null where there is none of that name. */
  async entryPoint(name: string): Promise<string | null> {
    const seen = (await this.#get(`/api/entrypoints/${encodeURIComponent(name)}`)) as { address?: string } | null
    return seen === null ? null : (seen.address ?? '')
  }

  /** The router or service as Traefik has it; null when it has none of that name from us. */
  async part(protocol: 'http' | 'tcp', kind: 'routers' | 'services', name: string): Promise<Shown | null> {
    return (await this.#get(`/api/${protocol}/${kind}/${encodeURIComponent(`${name}@http`)}`)) as Shown | null
  }

  async #get(path: string): Promise<unknown> {
    const url = new URL(path, this.#address)
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
}

/** With a status and defaults of Traefik's own beside what it was given. */
export interface Shown {
  readonly status?: string
  /** Why it is not enabled. */
  readonly error?: readonly string[]
}

/** Whether all that was given is there as it was given; what Traefik added is not looked at. */
export function contains(seen: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(seen) && seen.length === wanted.length && wanted.every((one, at) => contains(seen[at], one))
  }
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(seen, wanted)
  if (typeof seen !== 'object' || seen === null) return false
  return Object.entries(wanted).every(([key, value]) => contains((seen as Record<string, unknown>)[key], value))
}
