import type { Readable } from 'node:stream'
import { type Contract, Failure, maySomewhere, type NewEvent, type Operation, type Place } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { State } from '@wheelhouse/platform/state'
import { type Caller, callerMay, requirePermission } from './caller.ts'
import { project } from './fields.ts'
import type { AllHandlers, AuditNote, CallContext, Exchange } from './handler.ts'
import { once } from './idempotency.ts'
import { refusalEvent } from './refusal.ts'
import { parseInput, parseOutput } from './schemas.ts'
import { type UploadBody, withBody } from './upload.ts'

export interface Request {
  readonly operation: Operation
  /** Path, query and body merged; not yet checked. */
  readonly input: Record<string, unknown>
  readonly caller: Caller
  readonly requestId: string
  readonly signal: AbortSignal
  readonly dryRun: boolean
  readonly idempotencyKey: string | null
  readonly exchange: Exchange
  /** Of an upload; not a byte of it is read before the caller may. */
  readonly body?: UploadBody | null
}

export type Answer =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<string | Uint8Array> }

/** A mutation as the audit wants it; masking is the audit's work. */
export interface AuditedCall {
  readonly caller: Caller
  readonly operation: Operation
  readonly input: unknown
  readonly requestId: string
}
export interface AuditResult {
  readonly outcome: 'done' | 'refused' | 'failed'
  readonly errorCode?: string | null
  readonly resource?: string | null
  readonly before?: unknown
  readonly after?: unknown
  readonly actor?: AuditNote['actor']
}
export interface AuditTrail {
  /** Written before the act, so that one cut off by a crash is on record. Throws STORAGE_FULL: then nothing is done. */
  begin(call: AuditedCall): Promise<{ finish(result: AuditResult): Promise<void> }>
  /** For a call that never acted. */
  record(entry: AuditedCall & AuditResult): Promise<void>
}

export interface DispatcherParts {
  readonly handlers: AllHandlers
  readonly state: State
  readonly log: Log
  readonly audit: AuditTrail
  announce(event: NewEvent): unknown
  /** Hears how long each call of an operation took, from the door and back; `failed` where it was no one's fault but ours. */
  measured?(operation: string, tookMs: number, failed: boolean): void
  /**
   * Finds the thing an input names, by id or by a name unique among what `visible` lets through.
   * Answers its id, its name and where it is; null where there is none. Throws CONFLICT for an ambiguous name.
   */
  locate(
    on: 'target' | 'service',
    reference: string,
    visible: (place: Place) => boolean,
  ): { id: string; name: string; place: Place } | null
}

export interface Dispatcher {
  dispatch(request: Request): Promise<Answer>
}

type AnyHandler = (input: unknown, context: CallContext, body?: Readable) => unknown
type AnyPlanned = { plan: AnyHandler; run: AnyHandler }

function admit(operation: Operation, caller: Caller): void {
  if (operation.permission === 'public' || caller.kind === 'system') return
  if (caller.authority === null) throw new Failure('UNAUTHENTICATED')
  if (operation.permission === 'self') return
  // The house-wide gate: someone with the permission nowhere is refused before the input is even read.
  if (!maySomewhere(caller.authority, operation.permission)) requirePermission(caller, operation.permission)
}

/** A secret that is no field of the input comes with the answer. Such answers are never kept, so their requests cannot be repeated. */
function answersSecret({ input, secret }: Operation): boolean {
  const given = (input as { readonly shape?: Readonly<Record<string, unknown>> }).shape ?? {}
  return (secret ?? []).some((name) => !(name in given))
}

/** The one door: authenticate (by the face) → authorise on the typed operation and its body → validate → plan or act → audit. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  /** Resolves the scoped field to an id and asks for the permission there. Returns the input with the id in place. */
  function authorise(operation: Operation, caller: Caller, input: Record<string, unknown>): Record<string, unknown> {
    const { permission, scope } = operation
    if (!scope || permission === 'public' || permission === 'self') return input
    const reference = input[scope.field]
    // An absent optional target: the handler finds it and asks for the permission itself.
    if (typeof reference !== 'string') return input
    // Things the caller cannot even see are "not found", so that a refusal tells nothing about them.
    const read = scope.on === 'target' ? 'targets.read' : 'services.read'
    const found = parts.locate(
      scope.on,
      reference,
      (place) => callerMay(caller, read, place) || callerMay(caller, permission, place),
    )
    if (!found)
      throw new Failure('NOT_FOUND', `There is no ${scope.on} "${reference}".`, { kind: scope.on, id: reference })
    requirePermission(caller, permission, found.place)
    return { ...input, [scope.field]: found.id }
  }

  async function run(request: Request, context: CallContext, input: Record<string, unknown>): Promise<Answer> {
    const { operation, dryRun } = request
    const domain = parts.handlers[operation.domain as keyof Contract] as unknown as Record<
      string,
      AnyHandler | AnyPlanned
    >
    const handler = domain[operation.verb]
    if (operation.kind === 'stream')
      return { kind: 'stream', chunks: (handler as AnyHandler)(input, context) as AsyncIterable<string | Uint8Array> }
    if (dryRun && !operation.plan) {
      throw new Failure('VALIDATION_FAILED', `dryRun: ${operation.id} cannot be planned.`, { field: 'dryRun' })
    }
    if (dryRun) return { kind: 'value', value: await (handler as AnyPlanned).plan(input, context) }
    const act = async (): Promise<unknown> =>
      parseOutput(
        operation,
        await (operation.plan ? (handler as AnyPlanned).run : (handler as AnyHandler))(input, context),
      )
    const key = request.idempotencyKey
    if (operation.kind === 'upload') {
      // A repeat could only be told by its bytes, and those are not kept.
      if (key !== null)
        throw new Failure('VALIDATION_FAILED', 'Idempotency-Key: an upload takes none. Leave it out.', {
          field: 'idempotency-key',
        })
      const whole = await withBody(
        request.body ?? null,
        async (body) => await (handler as AnyHandler)(input, context, body),
      )
      return { kind: 'value', value: parseOutput(operation, whole) }
    }
    // What changes nothing may be done twice, and its answers would only fill the memory for a day.
    const keep = key !== null && operation.danger !== 'none' && !answersSecret(operation)
    const who = `${request.caller.userId ?? request.caller.ip}:${operation.id}`
    const value = await (keep ? once(parts.state, who, key, input, act) : act())
    return { kind: 'value', value: project(value, input.fields) }
  }

  /** How an audited call ended: what the handler noted, or the thing its scope names. `begun`: it was not refused at the door. */
  function resultOf(
    operation: Operation,
    input: Record<string, unknown>,
    noted: AuditNote,
    error: unknown,
    begun = false,
  ): AuditResult {
    const named = operation.scope && typeof input[operation.scope.field] === 'string'
    const resource = noted.resource ?? (named ? `${operation.scope.on}:${String(input[operation.scope.field])}` : null)
    if (error === null) return { ...noted, resource, outcome: 'done', errorCode: null }
    if (!(error instanceof Failure)) return { ...noted, resource, outcome: 'failed', errorCode: 'INTERNAL' }
    return { ...noted, resource, outcome: error.status < 500 && !begun ? 'refused' : 'failed', errorCode: error.code }
  }

  /** Where it was to be: what the operation is scoped to, else what the input names as its target or service. */
  function whereOf({ scope }: Operation, input: Record<string, unknown>): { place: Place; serviceName?: string } {
    const on = scope?.on ?? (typeof input.service === 'string' ? 'service' : 'target')
    const reference = input[scope?.field ?? on]
    const found = typeof reference === 'string' ? parts.locate(on, reference, () => true) : null
    if (!found) return { place: {} }
    return on === 'service' ? { place: found.place, serviceName: found.name } : { place: found.place }
  }

  function tellRefusal({ operation, caller, dryRun }: Request, input: Record<string, unknown>, error: unknown): void {
    if (!(error instanceof Failure) || error.code !== 'POLICY_REFUSED') return
    const data = {
      planned: dryRun,
      face: caller.face,
      ...(caller.tokenName === null ? {} : { token: caller.tokenName }),
    }
    let where: ReturnType<typeof whereOf> = { place: {} }
    try {
      where = whereOf(operation, input)
    } catch {
      // A name that is not unique says of no place.
    }
    const event = refusalEvent(error, { actor: caller.username, what: operation.id, data, ...where })
    if (event) parts.announce(event)
  }

  async function dispatch(request: Request): Promise<Answer> {
    const { operation, caller, requestId } = request
    const changes = operation.method !== 'GET' && operation.danger !== 'none'
    const audited = changes && operation.audit !== false && !request.dryRun
    const noted: AuditNote = {}
    const context: CallContext = {
      caller,
      requestId,
      signal: request.signal,
      exchange: request.exchange,
      audit: (entry) => void Object.assign(noted, entry),
    }
    let input = request.input
    try {
      admit(operation, caller)
      input = parseInput(operation, input)
      input = authorise(operation, caller, input)
    } catch (error) {
      if (audited) {
        const entry = { caller, operation, input, requestId, ...resultOf(operation, input, noted, error) }
        await parts.audit.record(entry).catch((cause: unknown) => {
          parts.log.error({ err: cause, operation: operation.id }, 'a refusal was not written to the audit')
        })
      }
      throw error
    }
    const told = async (): Promise<Answer> => {
      try {
        return await run(request, context, input)
      } catch (error) {
        tellRefusal(request, input, error)
        throw error
      }
    }
    if (!audited) return told()
    const entry = await parts.audit.begin({ caller, operation, input, requestId })
    try {
      const answer = await told()
      await entry.finish(resultOf(operation, input, noted, null))
      return answer
    } catch (error) {
      // What has taken bytes may have changed something, however it ended.
      const begun = (request.body?.receivedBytes ?? 0) > 0
      await entry.finish(resultOf(operation, input, noted, error, begun))
      throw error
    }
  }

  return {
    async dispatch(request) {
      const begun = performance.now()
      let failed = false
      try {
        return await dispatch(request)
      } catch (error) {
        failed = !(error instanceof Failure) || error.status >= 500
        throw error
      } finally {
        // The body of a stream comes after; how long that takes is up to who reads it.
        parts.measured?.(request.operation.id, performance.now() - begun, failed)
      }
    },
  }
}
