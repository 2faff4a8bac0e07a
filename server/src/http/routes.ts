import { Failure, type Operation, operations } from '@wheelhouse/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerText, type Caller, coerceTexts, type Dispatcher } from '../dispatch/index.ts'
import { exchangeOf } from './exchange.ts'
import { errorBody, failureOf } from './error-answer.ts'
import { sendStream } from './stream-answer.ts'
import { IncomingUpload, requireBytes, type UploadLimits } from './upload-body.ts'

export interface RouteParts extends UploadLimits {
  readonly dispatcher: Dispatcher
  /** `leniently`: credentials that do not hold count as none, so that an expired token cannot block signing in or out. */
  authenticate(request: FastifyRequest, leniently: boolean): Promise<Caller>
  limit(who: string, ip: string, operation: string): Promise<void>
  /** All of the contract unless told. */
  readonly operations?: readonly Operation[]
}

type Fields = Record<string, unknown>

/** The page of the same address is meant: browsers that go somewhere name what they show, and send no token. */
const isPerson = ({ headers }: FastifyRequest): boolean =>
  headers.authorization === undefined && /text\/html/.test(headers.accept ?? '')

/** What others send in a form of their own, signed over its bytes: the handler reads those, and its input is the address alone. */
const signedBodies: ReadonlySet<string> = new Set(['triggers.receive', 'stackSources.receive'])
const maxSignedBytes = 1_048_576

function bodyOf(operation: Operation, request: FastifyRequest): Fields {
  if (operation.method === 'GET' || operation.kind === 'upload' || request.body === undefined || request.body === null)
    return {}
  if (typeof request.body !== 'object' || Array.isArray(request.body)) {
    throw new Failure('VALIDATION_FAILED', 'The body must be a JSON object.', { field: '' })
  }
  return request.body as Fields
}

/** Path, query and body as one input. A name that comes twice is refused: which one counts must never be a guess. */
function inputOf(operation: Operation, request: FastifyRequest): { input: Fields; dryRun: boolean } {
  const path = request.params as Fields
  if (signedBodies.has(operation.id)) {
    bodyOf(operation, request)
    return { input: { ...path }, dryRun: false }
  }
  const { dryRun, ...query } = request.query as Fields
  const body = bodyOf(operation, request)
  const twice =
    [...Object.keys(query), ...Object.keys(body)].find((name) => name in path) ??
    Object.keys(body).find((name) => name in query)
  if (twice !== undefined)
    throw new Failure('VALIDATION_FAILED', `${twice}: it is given twice. Give it once.`, { field: twice })
  return {
    input: { ...coerceTexts(operation, { ...query, ...path }), ...body },
    dryRun: dryRun === 'true' || dryRun === '',
  }
}

/** One route for each path of each operation. */
export function addRoutes(app: FastifyInstance, parts: RouteParts): void {
  for (const operation of parts.operations ?? operations) {
    const signed = signedBodies.has(operation.id)
    const uploads = operation.kind === 'upload'
    for (const url of [operation.path, ...(operation.aliases ?? [])]) {
      app.route({
        method: operation.method,
        url,
        exposeHeadRoute: false,
        ...(signed ? { bodyLimit: maxSignedBytes, config: { rawBody: true } } : {}),
        ...(uploads ? { config: { upload: true }, onRequest: requireBytes } : {}),
        handler: async (request, reply) => {
          if (url === '/metrics' && isPerson(request)) return reply.callNotFound()
          const caller = await parts
            .authenticate(request, operation.permission === 'public')
            .catch(async (error: unknown) => {
              // Wrong credentials cost work too, and are counted where they come from.
              await parts.limit(`ip:${request.ip}`, request.ip, operation.id)
              throw error
            })
          await parts.limit(caller.userId ?? `ip:${request.ip}`, request.ip, operation.id)
          const { input, dryRun } = inputOf(operation, request)
          const gone = new AbortController()
          reply.raw.once('close', () => gone.abort())
          const key = request.headers['idempotency-key']
          const answer = await parts.dispatcher.dispatch({
            operation,
            input,
            caller,
            requestId: request.id,
            signal: gone.signal,
            dryRun,
            // Of a signed body anyone could repeat the key: its handler looks at it after the signature.
            idempotencyKey: !signed && typeof key === 'string' && key !== '' ? key.slice(0, 200) : null,
            exchange: exchangeOf(request, reply),
            body: uploads ? new IncomingUpload(request, reply, parts, () => gone.abort()) : null,
          })
          if (answer.kind === 'stream') return sendStream(operation, reply, answer.chunks)
          return reply
            .status(dryRun ? 200 : (operation.status ?? 200))
            .header('content-type', 'application/json; charset=utf-8')
            .send(answerText(answer.value))
        },
      })
    }
  }
}

const pattern = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)
const paths = operations.flatMap((o) =>
  [o.path, ...(o.aliases ?? [])].map((path) => ({ method: o.method, path: pattern(path) })),
)

/** For an address nobody answers: 405 with what it takes when another method would do, else 404. */
export function unanswered(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? ''
  const methods = [...new Set(paths.filter((row) => row.path.test(path)).map((row) => row.method))]
  const failure =
    methods.length > 0
      ? new Failure('METHOD_NOT_ALLOWED', `${path} does not take ${request.method}. It takes ${methods.join(', ')}.`, {
          methods,
        })
      : new Failure('ROUTE_NOT_FOUND', `There is no address ${path}. /docs lists every one.`, { path })
  if (methods.length > 0) reply.header('allow', methods.join(', '))
  return sendFailure(failure, request, reply)
}

export function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = failureOf(error)

  const retryAfterMs = failure.details.retryAfterMs
  if (typeof retryAfterMs === 'number') reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  if (failure.status === 401) reply.header('www-authenticate', 'Bearer')
  return (
    reply
      .status(failure.status)
      .header('content-type', 'application/json; charset=utf-8')
      // Set here too: an address that cannot be parsed passes no hook.
      .header('x-request-id', request.id)
      .removeHeader('content-disposition')
      .send(JSON.stringify(errorBody(failure, request.id)))
  )
}
