import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import type { Permission } from './identity/authority.ts'

/** Any Zod schema. The core type keeps inference cheap: see docs/decisions/0002-contract.md. */
export type Schema = z.core.$ZodType

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `none`: reads. `reversible`: changes that can be undone. `destructive`: data or a service is gone afterwards. */
export type Danger = 'none' | 'reversible' | 'destructive'

/** Who may call without a role: `public` needs no sign-in, `self` needs any signed-in caller. */
export type Gate = Permission | 'public' | 'self'

/** The input field that names the thing the permission is asked for; authorisation reads it from the validated input. */
export interface Scope {
  readonly on: 'target' | 'service'
  readonly field: string
}

interface Declared {
  readonly method: Method
  /** Fastify path below the origin, `:name` for parameters; each parameter is a key of `input`. */
  readonly path: string
  /** Further paths that reach the same operation. */
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly permission: Gate
  readonly scope?: Scope
  readonly danger: Danger
  readonly errors?: readonly ErrorCode[]
  /** HTTP status of success; 200 unless told. */
  readonly status?: 200 | 201 | 202
  /** False where an assistant must not call it, even for a person who may. */
  readonly assistant?: boolean
  /** False where an entry per call would drown the log (token refresh, ticket). Reads are never audited. */
  readonly audit?: boolean
  /** Keys of the input and output that the audit must mask beyond the usual secret names. */
  readonly secret?: readonly string[]
}

export interface Declaration<I extends Schema, O extends Schema> extends Declared {
  readonly input: I
  readonly output: O
}

export interface Operation<I extends Schema = Schema, O extends Schema = Schema> extends Declaration<I, O> {
  /** `domain.verb`, for example `services.restart`. */
  readonly id: string
  readonly domain: string
  readonly verb: string
  readonly kind: 'call' | 'stream' | 'upload'
  readonly plan: boolean
}
export interface Call<I extends Schema = Schema, O extends Schema = Schema> extends Operation<I, O> {
  readonly kind: 'call'
  readonly plan: false
}
/** A call that can also be planned: `?dryRun=true` answers the plan and changes nothing. */
export interface Planned<I extends Schema = Schema, O extends Schema = Schema> extends Operation<I, O> {
  readonly kind: 'call'
  readonly plan: true
}
/** Takes a body of bytes beside its input, which comes from path and query alone. */
export interface Upload<I extends Schema = Schema, O extends Schema = Schema> extends Operation<I, O> {
  readonly kind: 'upload'
  readonly plan: false
}
/** Answers a body, for downloads; items are chunks: texts, or bytes where the output is `Binary`. */
export interface Stream<I extends Schema = Schema, O extends Schema = Schema> extends Operation<I, O> {
  readonly kind: 'stream'
  readonly plan: false
}

const named = { id: '', domain: '', verb: '' }

export const call = <I extends Schema, O extends Schema>(d: Declaration<I, O>): Call<I, O> => ({
  ...named,
  ...d,
  kind: 'call',
  plan: false,
})
export const planned = <I extends Schema, O extends Schema>(d: Declaration<I, O>): Planned<I, O> => ({
  ...named,
  ...d,
  kind: 'call',
  plan: true,
})
export const stream = <I extends Schema, O extends Schema>(d: Declaration<I, O>): Stream<I, O> => ({
  ...named,
  ...d,
  kind: 'stream',
  plan: false,
})

export const upload = <I extends Schema, O extends Schema>(d: Declaration<I, O>): Upload<I, O> => ({
  ...named,
  ...d,
  kind: 'upload',
  plan: false,
})

/** Names every operation of a domain by its key. */
export function domain<D extends Record<string, Operation>>(name: string, operations: D): D {
  return Object.fromEntries(
    Object.entries(operations).map(([verb, operation]) => [
      verb,
      { ...operation, id: `${name}.${verb}`, domain: name, verb },
    ]),
  ) as D
}
