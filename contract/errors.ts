/** One row of the catalogue: the HTTP status, what it means, and the sentence used when the thrower has no better one. */
interface Row {
  readonly status: number
  readonly message: string
}

/** Every code an answer can carry. Codes are stable: never renamed, never reused. */
export const errorCatalogue = {
  VALIDATION_FAILED: { status: 400, message: 'The request does not fit the operation. See details for each field.' },
  MALFORMED_BODY: { status: 400, message: 'The body is not valid JSON.' },
  UNAUTHENTICATED: { status: 401, message: 'Sign in, or send an API token in the Authorization header.' },
  CREDENTIALS_REFUSED: { status: 401, message: 'User name or password is wrong.' },
  SESSION_ENDED: { status: 401, message: 'The session has ended. Sign in again.' },
  SETUP_TOKEN_REFUSED: {
    status: 403,
    message: 'The setup token is wrong or used. Restart Wheelhouse to get a new one.',
  },
  FORBIDDEN: { status: 403, message: 'You may not do this. An administrator can allow it.' },
  ORIGIN_REFUSED: { status: 403, message: 'This origin may not use the API. Add it to the setting allowedOrigins.' },
  POLICY_REFUSED: {
    status: 403,
    message: 'The policy of this target forbids it. An administrator can do it, or change the policy.',
  },
  NOT_FOUND: { status: 404, message: 'There is no such thing.' },
  ROUTE_NOT_FOUND: { status: 404, message: 'There is no such address. /docs lists every one.' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'This address does not take that method. /docs lists what it takes.' },
  CONFLICT: { status: 409, message: 'It exists already.' },
  STATE_CONFLICT: { status: 409, message: 'Its state does not allow this.' },
  SETUP_DONE: { status: 409, message: 'Setup is done. Sign in.' },
  PLAN_CHANGED: { status: 409, message: 'Things have changed since the plan was made. Plan again.' },
  IDEMPOTENCY_CONFLICT: { status: 409, message: 'This Idempotency-Key was used for another request.' },
  BODY_TOO_LARGE: { status: 413, message: 'The body is too large.' },
  MEDIA_TYPE_REFUSED: { status: 415, message: 'Send JSON: content-type application/json.' },
  CAPABILITY_MISSING: { status: 422, message: 'This kind of target cannot do that.' },
  CHECKS_FAILED: {
    status: 422,
    message: 'Checks failed before anything was changed. See details for each and its cure.',
  },
  CONFIG_INVALID: { status: 422, message: 'The configuration has errors. See details for each value.' },
  BACKUP_DAMAGED: { status: 422, message: 'The backup does not match its checksums, so nothing was restored from it.' },
  SIGNATURE_REFUSED: { status: 401, message: 'The signature does not match. Check the secret of the webhook.' },
  STACK_INVALID: { status: 422, message: 'The stack file has errors. See details for line and column.' },
  LOCKED_OUT: {
    status: 429,
    message: 'Too many wrong passwords. Wait, or ask an administrator to unlock the account.',
  },
  RATE_LIMITED: { status: 429, message: 'Too many requests. Wait a moment.' },
  LIMIT_REACHED: { status: 429, message: 'Too many streams are open. Close one.' },
  INTERNAL: { status: 500, message: 'Something went wrong here. The log has the details under this request id.' },
  TARGET_REFUSED: { status: 502, message: 'The target refused.' },
  TARGET_UNREACHABLE: {
    status: 503,
    message: 'The target does not answer. Its last known state is shown until it is back.',
  },
  STORAGE_UNREACHABLE: {
    status: 503,
    message: 'The database or Redis behind Wheelhouse does not answer. Try again in a moment.',
  },
  SHUTTING_DOWN: { status: 503, message: 'Wheelhouse is stopping. Try again in a moment.' },
  TIMED_OUT: { status: 504, message: 'It did not finish in time.' },
  STORAGE_FULL: { status: 507, message: 'The disk is full, so nothing was saved. Free some space and try again.' },
} as const satisfies Record<string, Row>

export type ErrorCode = keyof typeof errorCatalogue

/** The one error form on every wire. `timestamp` is ISO 8601 UTC. */
export interface ErrorBody {
  errorCode: ErrorCode
  message: string
  details: Record<string, unknown>
  timestamp: string
  requestId: string
}

/** An expected failure: the only error a person ever sees the message of. */
export class Failure extends Error {
  readonly code: ErrorCode
  readonly details: Record<string, unknown>

  constructor(code: ErrorCode, message?: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message ?? errorCatalogue[code].message, options)
    this.name = 'Failure'
    this.code = code
    this.details = details
  }

  get status(): number {
    return errorCatalogue[this.code].status
  }
}

export const notFound = (kind: string, id: string): Failure =>
  new Failure('NOT_FOUND', `There is no ${kind} "${id}".`, { kind, id })
