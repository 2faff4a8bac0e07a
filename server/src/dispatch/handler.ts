import type { Readable } from 'node:stream'
import type { Call, Contract, Operation, Plan, Planned, Stream, Upload } from '@wheelhouse/contract'
import type { z } from 'zod'
import type { Caller } from './caller.ts'

/** What a handler adds to the audit entry of its call. */
export interface AuditNote {
  /** `kind:id` of what was changed. */
  resource?: string
  before?: unknown
  after?: unknown
  /** Who it was, where the call itself has told it: whoever signs in comes as nobody. */
  actor?: { readonly id: string; readonly username: string }
}

/** What a handler knows of its call beside the input. */
export interface CallContext {
  readonly caller: Caller
  readonly requestId: string
  /** Aborts when the client goes away, and when the body of an upload ends before its time. */
  readonly signal: AbortSignal
  /** Tells the audit what was changed; masked before it is written. */
  audit(entry: AuditNote): void
  /** Cookies and the like, for the faces that have them. */
  readonly exchange: Exchange
}

/** The headers a handler may see: what signs and names a delivery, nothing that signs a person in. */
export type SeenHeader =
  | 'x-hub-signature-256'
  | 'x-hub-signature'
  | 'x-gitlab-token'
  | 'x-wheelhouse-signature'
  | 'x-wheelhouse-timestamp'
  | 'x-github-delivery'
  | 'x-gitlab-event-uuid'
  | 'x-request-uuid'
  | 'idempotency-key'

/** The little of HTTP that sign-in and signed deliveries need. Absent parts do nothing on faces without them. */
export interface Exchange {
  readonly refreshToken: string | null
  setRefreshToken(token: string, expiresAt: Date): void
  clearRefreshToken(): void
  /** The body as it came, byte for byte, where the operation is one that checks its signature; else null. */
  readonly rawBody: Uint8Array | null
  /** Null where it was not sent, or sent twice. */
  header(name: SeenHeader): string | null
  /** For downloads: file name and media type. Before the first chunk. */
  download(fileName: string, mediaType: string): void
  /** The media type of a body that is shown and not saved. Before the first chunk. */
  answerAs(mediaType: string): void
}

/** Of a call that came by no HTTP. */
export const noExchange: Exchange = {
  refreshToken: null,
  setRefreshToken: () => undefined,
  clearRefreshToken: () => undefined,
  rawBody: null,
  header: () => null,
  download: () => undefined,
  answerAs: () => undefined,
}

/** A call that the house makes of itself, to read what an operation would answer an administrator. */
export const insideCall = (): CallContext => ({
  caller: {
    kind: 'system',
    userId: null,
    username: 'system',
    sessionId: null,
    tokenName: null,
    authority: null,
    face: 'system',
    ip: '',
    userAgent: '',
  },
  requestId: 'inside',
  signal: new AbortController().signal,
  audit: () => undefined,
  exchange: noExchange,
})

type In<O extends Operation> = z.output<O['input']>
type Out<O extends Operation> = z.input<O['output']>

/**
 * What answers an operation. The `body` of an upload is read before the handler resolves: what is left of it then is dropped. It is
 * destroyed with a Failure when it grows too large, stalls or is cut off; the caller is told that one, whatever the handler throws.
 */
export type Handler<O> =
  O extends Stream<infer I, infer Y>
    ? (input: z.output<I>, context: CallContext) => AsyncIterable<z.input<Y>>
    : O extends Upload<infer I, infer Y>
      ? (input: z.output<I>, context: CallContext, body: Readable) => Promise<z.input<Y>>
      : O extends Planned
        ? {
            plan(input: In<O>, context: CallContext): Promise<Plan>
            run(input: In<O>, context: CallContext): Promise<Out<O>>
          }
        : O extends Call
          ? (input: In<O>, context: CallContext) => Promise<Out<O>>
          : never

export type Handlers<D> = { readonly [V in keyof D]: Handler<D[V]> }
/** One line a domain; a missing handler does not compile. */
export type AllHandlers = { readonly [D in keyof Contract]: Handlers<Contract[D]> }
