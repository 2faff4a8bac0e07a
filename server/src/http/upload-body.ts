import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { Failure } from '@wheelhouse/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { UploadBody } from '../dispatch/index.ts'
import { letCome } from './arrival.ts'

const mediaTypes = ['application/octet-stream', 'application/x-tar']
const heldBytes = 262_144
/** A client that sends nothing for this long while it is waited for has gone without a word. */
const usualStalledMs = 60_000

/** Bytes pass Fastify untouched and unread. Only routes of uploads take them, and those take nothing else. */
export function takeUploads(app: FastifyInstance): void {
  app.addContentTypeParser(mediaTypes, (request, _payload, done) => {
    if (request.routeOptions.config.upload === true) done(null, undefined)
    else done(new Failure('MEDIA_TYPE_REFUSED'), undefined)
  })
}

/** Before the body is looked at: MEDIA_TYPE_REFUSED for what is not plain bytes. No type at all counts as bytes. */
export async function requireBytes({ raw: { headers } }: FastifyRequest): Promise<void> {
  const type = (headers['content-type'] ??= 'application/octet-stream')
  if (!mediaTypes.includes(type.split(';')[0]?.trim().toLowerCase() ?? ''))
    throw new Failure('MEDIA_TYPE_REFUSED', `Send bytes: content-type ${mediaTypes.join(' or ')}.`)
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new Failure('MEDIA_TYPE_REFUSED', 'Send the body as it is, without content-encoding.')
}

const tooLarge = (maxBytes: number): Failure =>
  new Failure(
    'BODY_TOO_LARGE',
    `The body is larger than ${maxBytes} bytes, the most that is taken. An administrator can raise it: WHEELHOUSE_MAX_UPLOAD_BYTES.`,
    { maxBytes },
  )

export interface UploadLimits {
  /** The most that one upload may bring. */
  readonly maxUploadBytes: number
  /** How long a client may send nothing while it is waited for; a minute unless told. */
  readonly stalledMs?: number
}

/** A body that comes only when it is asked for, as fast as it is read, and no further than its bound. `broken` hears of one that ends early. */
export class IncomingUpload implements UploadBody {
  readonly #request: IncomingMessage
  readonly #reply: FastifyReply
  readonly #maxBytes: number
  readonly #stalledMs: number
  readonly #broken: () => void
  #stream: Readable | null = null
  #failure: Failure | null = null
  #received = 0
  #quiet: NodeJS.Timeout | undefined

  constructor(request: FastifyRequest, reply: FastifyReply, limits: UploadLimits, broken: () => void) {
    this.#request = request.raw
    this.#reply = reply
    this.#maxBytes = limits.maxUploadBytes
    this.#stalledMs = limits.stalledMs ?? usualStalledMs
    this.#broken = broken
  }

  get receivedBytes(): number {
    return this.#received
  }
  get failure(): Failure | null {
    return this.#failure
  }

  open(): Readable {
    const raw = this.#request
    if (Number(raw.headers['content-length'] ?? 0) > this.#maxBytes) throw (this.#failure = tooLarge(this.#maxBytes))
    const stream = new Readable({
      highWaterMark: heldBytes,
      read: () => {
        this.#await()
        raw.resume()
      },
      destroy: (error, done) => {
        clearTimeout(this.#quiet)
        raw.off('data', take).off('end', end).off('close', cut)
        raw.pause()
        done(error)
      },
    })
    const take = (chunk: Buffer): void => {
      this.#received += chunk.length
      if (this.#received > this.#maxBytes) return this.#fail(tooLarge(this.#maxBytes))
      clearTimeout(this.#quiet)
      if (stream.push(chunk)) this.#await()
      else raw.pause()
    }
    const end = (): void => {
      clearTimeout(this.#quiet)
      stream.push(null)
    }
    const cut = (): void => {
      if (!raw.complete)
        this.#fail(new Failure('MALFORMED_BODY', `The body was cut off after ${this.#received} bytes.`))
    }
    this.#stream = stream
    // Without one a client that goes would end the process.
    raw.on('error', cut)
    raw.on('data', take).on('end', end).on('close', cut)
    raw.pause()
    if (raw.destroyed) cut()
    letCome(raw, this.#reply.raw)
    return stream
  }

  /** Only while somebody waits for bytes: a slow reader is no fault of the client. */
  #await(): void {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => {
      const seconds = this.#stalledMs / 1000
      this.#fail(new Failure('TIMED_OUT', `Nothing more of the body came for ${seconds} s. Send it again.`))
    }, this.#stalledMs)
  }

  #fail(failure: Failure): void {
    if (this.#failure) return
    this.#failure = failure
    this.#stream?.destroy(failure)
    this.#broken()
  }
}
