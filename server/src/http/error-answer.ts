import { type ErrorBody, type ErrorCode, errorCatalogue, Failure } from '@wheelhouse/contract'

interface Outside {
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly message?: unknown
}

// Fastify's own refusals before a handler runs, by its stable codes.
const known: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_REFUSED',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_BODY',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_BODY',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_BODY',
  FST_ERR_BAD_URL: 'ROUTE_NOT_FOUND',
  ERR_SQLITE_FULL: 'STORAGE_FULL',
  ENOSPC: 'STORAGE_FULL',
}

// What the database and Redis throw while they are away or held; a target says so as a Failure of its own.
const away = new Set(['DatabaseBusy', 'DatabaseUnreachable', 'MaxRetriesPerRequestError'])
// Sockets, PostgreSQL's class 08 and its shutdown and start-up codes (its manual, appendix A).
const awayCodes = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|08\w{3}|57P0[1-3]|53300)$/

// The client of PostgreSQL names its own broken connections in words alone, and that of Redis one that it has given up.
const awayWords =
  /^(Connection terminated|Connection is closed|timeout exceeded when trying to connect|Client (has|was) )/

/** Any thrown thing as a Failure; what we did not expect becomes INTERNAL and tells nothing. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  const outside = (typeof error === 'object' && error !== null ? error : {}) as Outside
  const name = error instanceof Error ? error.name : ''
  if (name === 'DatabaseFull') return new Failure('STORAGE_FULL')
  if (away.has(name) || awayCodes.test(String(outside.code)) || awayWords.test(String(outside.message)))
    return new Failure('STORAGE_UNREACHABLE', undefined, {}, { cause: error })
  const code = typeof outside.code === 'string' ? known[outside.code] : undefined
  if (code) return new Failure(code)
  if (outside.statusCode === 400) return new Failure('MALFORMED_BODY')
  return new Failure('INTERNAL', undefined, {}, { cause: error })
}

export function errorBody(failure: Failure, requestId: string, now: Date = new Date()): ErrorBody {
  return {
    errorCode: failure.code,
    message: failure.message || errorCatalogue[failure.code].message,
    details: failure.details,
    timestamp: now.toISOString(),
    requestId,
  }
}
