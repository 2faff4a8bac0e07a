import type { Contract, Operation, Plan, Planned, Stream, Upload } from '@wheelhouse/contract'
import type { z } from 'zod'
import { notWheelhouse, Problem, problemOf } from './problem.ts'
import type { Row, Table } from './table.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Makes a repeated mutation safe: the same key answers the first result. */
  readonly idempotencyKey?: string
}

type Input<O extends Operation> = z.input<O['input']>
type Args<O extends Operation> =
  Record<string, never> extends Input<O>
    ? [input?: Input<O>, options?: CallOptions]
    : [input: Input<O>, options?: CallOptions]

/** What an upload sends. Browsers take a stream over HTTP/2 alone; a Blob or File goes everywhere and is read as it is sent. */
export type UploadBody = ReadableStream<Uint8Array> | Blob | Uint8Array<ArrayBuffer>

export type Method<O> = O extends Stream
  ? (...args: Args<O>) => Promise<ReadableStream<Uint8Array>>
  : O extends Upload
    ? (input: Input<O>, body: UploadBody, options?: Pick<CallOptions, 'signal'>) => Promise<z.output<O['output']>>
    : O extends Planned
      ? ((...args: Args<O>) => Promise<z.output<O['output']>>) & { plan(...args: Args<O>): Promise<Plan> }
      : O extends Operation
        ? (...args: Args<O>) => Promise<z.output<O['output']>>
        : never

export type Client = { readonly [D in keyof Contract]: { readonly [V in keyof Contract[D]]: Method<Contract[D][V]> } }

export interface ClientOptions {
  /** Origin such as http://127.0.0.1:8080; empty for the page's own. */
  readonly origin: string
  readonly table: Table
  /** The bearer token to send, asked for before every request. */
  readonly token?: () => string | null
  /** Called once when an answer is UNAUTHENTICATED or SESSION_ENDED; true: the token is new, try again. */
  readonly renew?: () => Promise<boolean>
  readonly headers?: Record<string, string>
  readonly fetch?: typeof fetch
}

type Fields = Record<string, unknown>

/** What fits into a path or a query; the contract has nothing else there. */
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Fills `:name` of the path; what is left goes to the query (GET, DELETE, uploads) or to the body. */
function place([method, path, kind]: Row, input: Fields, dryRun: boolean): { url: string; body: string | undefined } {
  const rest = { ...input }
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(text(value))
  })
  const query = new URLSearchParams()
  if (dryRun) query.set('dryRun', 'true')
  const bodyless = method === 'GET' || method === 'DELETE' || kind === 'upload'
  if (bodyless) for (const [key, value] of Object.entries(rest)) if (value !== undefined) query.set(key, text(value))
  const search = query.size > 0 ? `?${query.toString()}` : ''
  return { url: filled + search, body: bodyless ? undefined : JSON.stringify(rest) }
}

/** A page of a proxy may well come with status 200. */
async function read(response: Response): Promise<unknown> {
  const body = await response.text()
  try {
    return JSON.parse(body)
  } catch {
    throw notWheelhouse(response)
  }
}

/** The typed client: `client.services.restart({ id })`, `client.stacks.apply.plan({ source })`. Throws `Problem`. */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch
  let renewing: Promise<boolean> | null = null

  /** One renewal for all who wait: a refresh token that is used twice counts as stolen. */
  function renew(): Promise<boolean> {
    renewing ??= (options.renew?.() ?? Promise.resolve(false)).finally(() => {
      renewing = null
    })
    return renewing
  }

  /** Another call may have renewed it while this one was on its way. */
  const fresh = (used: string | null | undefined): Promise<boolean> =>
    used && options.token && options.token() !== used ? Promise.resolve(true) : renew()

  async function request(
    row: Row,
    input: Fields,
    call: CallOptions,
    dryRun: boolean,
    upload?: UploadBody,
    retried = false,
  ): Promise<Response> {
    const { url, body = upload } = place(row, input, dryRun)
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers }
    const token = options.token?.()
    if (token) headers.authorization = `Bearer ${token}`
    if (body !== undefined)
      headers['content-type'] = upload === undefined ? 'application/json' : 'application/octet-stream'
    if (call.idempotencyKey) headers['idempotency-key'] = call.idempotencyKey
    const init: RequestInit = { method: row[0], headers, credentials: 'same-origin' }
    if (body !== undefined) init.body = body
    // Only so may a body be a stream.
    if (body instanceof ReadableStream) Object.assign(init, { duplex: 'half' })
    if (call.signal) init.signal = call.signal
    let response: Response
    try {
      response = await send(options.origin + url, init)
    } catch (error) {
      if (call.signal?.aborted) throw new Problem('ABORTED', 'The request was cancelled.')
      const where = options.origin === '' ? 'Wheelhouse' : options.origin
      const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
      throw new Problem(
        'NO_CONNECTION',
        `${where} does not answer${cause}. Check that it runs and that the address is right.`,
      )
    }
    if (response.ok) return response
    const problem = await problemOf(response)
    const renewable = problem.code === 'UNAUTHENTICATED' || problem.code === 'SESSION_ENDED'
    // A stream can be read once.
    const repeatable = !retried && !(upload instanceof ReadableStream)
    if (renewable && repeatable && options.renew && (await fresh(token)))
      return request(row, input, call, dryRun, upload, true)
    throw problem
  }

  function method(row: Row): unknown {
    const json = async (input: Fields, call: CallOptions, dryRun: boolean): Promise<unknown> =>
      read(await request(row, input, call, dryRun))
    if (row[2] === 'stream')
      return async (input: Fields = {}, call: CallOptions = {}) => (await request(row, input, call, false)).body
    if (row[2] === 'upload')
      return async (input: Fields, body: UploadBody, call: CallOptions = {}) =>
        read(await request(row, input, call, false, body))
    const run = (input: Fields = {}, call: CallOptions = {}): Promise<unknown> => json(input, call, false)
    return Object.assign(run, {
      plan: (input: Fields = {}, call: CallOptions = {}): Promise<unknown> => json(input, call, true),
    })
  }

  const domains = Object.entries(options.table).map(([name, verbs]) => [
    name,
    Object.fromEntries(Object.entries(verbs as Record<string, Row>).map(([verb, row]) => [verb, method(row)])),
  ])
  return Object.fromEntries(domains) as Client
}
