import { Failure } from '@wheelhouse/contract'
import { AddressRefused, guardedCall, type OutboundAnswer, type OutboundCall, troubleWords } from '../outbound/index.ts'
import { publicRegistry } from './reference.ts'

/** How a registry is reached and signed in to. */
export interface RegistryDoor {
  readonly address: string
  readonly username: string | null
  readonly password: string | null
  readonly insecure: boolean
}
export interface Ask {
  readonly method?: 'GET' | 'HEAD' | 'DELETE'
  /** Below the registry's origin, such as /v2/_catalog; or the whole address that an answer led to. */
  readonly path: string
  readonly accept?: readonly string[]
  /** What the call needs, in the words of the protocol: `repository:shop/web:pull`. */
  readonly scope?: string
  readonly readBytes?: number
}

const callMs = 15_000
const mostBytes = 4_194_304
const mostHops = 3

/**
 * Speaks the distribution protocol to one registry, signing in as it asks: with nothing, with name and password, or with a token that
 * its own service gives for them. Throws TARGET_UNREACHABLE, TIMED_OUT, and TARGET_REFUSED for a sign-in that is not taken; any other
 * status is the answer.
 */
export class RegistryClient {
  readonly #door: RegistryDoor
  readonly #signal: AbortSignal
  readonly #host: string
  readonly #tokens = new Map<string, string>()
  #origin: string | null = null

  constructor(door: RegistryDoor, signal: AbortSignal) {
    this.#door = door
    this.#signal = signal
    this.#host = door.address === publicRegistry ? 'registry-1.docker.io' : door.address
  }

  async ask(asked: Ask): Promise<OutboundAnswer> {
    const origin = (this.#origin ??= await this.#findOrigin())
    let url = new URL(asked.path, origin)
    let signedIn: string | null = this.#tokens.get(asked.scope ?? '') ?? null
    for (let hop = 0; ; hop += 1) {
      const own = url.origin === new URL(origin).origin
      const answer = await this.#send(url, asked, own ? signedIn : null)
      if (answer.status === 401 && own && signedIn === null) {
        signedIn = await this.#signIn(answer, asked.scope)
        continue
      }
      if (answer.status === 401 || (answer.status === 403 && own)) throw this.#refused(signedIn !== null)
      const next = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined
      if (next === undefined || hop >= mostHops) return answer
      url = new URL(next, url)
    }
  }

  /** Https, and plain http only where a person has said that it will do. */
  async #findOrigin(): Promise<string> {
    const secure = `https://${this.#host}`
    try {
      await this.#send(new URL('/v2/', secure), { path: '/v2/' }, null)
      return secure
    } catch (error) {
      const plain = `http://${this.#host}`
      const answers = await this.#send(new URL('/v2/', plain), { path: '/v2/' }, null).then(
        ({ status }) => status < 500,
        () => false,
      )
      if (!answers) throw error
      if (this.#door.insecure) return plain
      throw new Failure(
        'TARGET_UNREACHABLE',
        `${this.#door.address} speaks plain HTTP, which anyone between can read. Give it a certificate, or mark it as insecure.`,
        { address: this.#door.address },
      )
    }
  }

  async #signIn(answer: OutboundAnswer, scope: string | undefined): Promise<string> {
    const challenge = [answer.headers['www-authenticate']].flat().join(', ')
    const { username, password } = this.#door
    const basic =
      username === null || password === null
        ? null
        : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    if (!/\bbearer\b/i.test(challenge)) {
      if (basic === null) throw this.#refused(false)
      this.#tokens.set(scope ?? '', basic)
      return basic
    }
    const part = (name: string): string | null => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(challenge)?.[1] ?? null
    const token = await this.#token(part('realm'), part('service'), scope ?? part('scope'), basic)
    const bearer = `Bearer ${token}`
    this.#tokens.set(scope ?? '', bearer)
    return bearer
  }

  async #token(
    realm: string | null,
    service: string | null,
    scope: string | null,
    basic: string | null,
  ): Promise<string> {
    if (realm === null || !URL.canParse(realm)) throw this.#refused(basic !== null)
    const url = new URL(realm)
    // A password goes where the registry says, but never in the open unless that was allowed.
    if (url.protocol !== 'https:' && !this.#door.insecure) throw this.#refused(false)
    if (service !== null) url.searchParams.set('service', service)
    if (scope !== null) url.searchParams.set('scope', scope)
    const { status, body } = await this.#send(url, { path: url.pathname }, basic)
    if (status !== 200) throw this.#refused(basic !== null)
    const given = readObject(body)
    const token = given.token ?? given.access_token
    if (typeof token !== 'string') throw this.#refused(basic !== null)
    return token
  }

  async #send(url: URL, asked: Ask, authorization: string | null): Promise<OutboundAnswer> {
    const timeout = AbortSignal.timeout(callMs)
    const call: OutboundCall = {
      method: asked.method ?? 'GET',
      headers: {
        accept: asked.accept?.join(', ') ?? 'application/json',
        'user-agent': 'Wheelhouse',
        ...(authorization === null ? {} : { authorization }),
      },
      readBytes: asked.readBytes ?? mostBytes,
      signal: AbortSignal.any([this.#signal, timeout]),
      trustAny: this.#door.insecure && url.host === this.#host,
    }
    try {
      return await guardedCall(url, call)
    } catch (error) {
      this.#signal.throwIfAborted()
      const { address } = this.#door
      if (timeout.aborted)
        throw new Failure('TIMED_OUT', `${address} did not answer within ${callMs / 1000} s. Check that it is up.`)
      if (error instanceof AddressRefused)
        throw new Failure('TARGET_UNREACHABLE', `${error.message}. Use the address of a registry.`, { address })
      const words = troubleWords(error) ?? (error instanceof Error ? error.message : 'cannot be reached')
      throw new Failure('TARGET_UNREACHABLE', `${address}: ${words}. Check the address.`, { address })
    }
  }

  #refused(tried: boolean): Failure {
    const { address, username } = this.#door
    const message = tried
      ? `${address} refused the sign-in of ${username ?? 'nobody'}. Check the user name and the password, and what it may see.`
      : `${address} wants a sign-in. Give a user name and a password.`
    return new Failure('TARGET_REFUSED', message, { address })
  }
}

/** The body as an object; an empty one for anything else. */
export function readObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
