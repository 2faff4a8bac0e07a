import type { ErrorBody, ErrorCode } from '@wheelhouse/contract'

/** Codes that arise on this side of the wire. */
export type ClientCode = 'NO_CONNECTION' | 'NOT_WHEELHOUSE' | 'ABORTED'

/** An answer that is not a success. `code` is the catalogue's, or one of ours when there was no answer. */
export class Problem extends Error {
  readonly code: ErrorCode | ClientCode
  readonly status: number
  readonly details: Record<string, unknown>
  readonly requestId: string | null

  constructor(
    code: ErrorCode | ClientCode,
    message: string,
    status = 0,
    details: Record<string, unknown> = {},
    requestId: string | null = null,
  ) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.status = status
    this.details = details
    this.requestId = requestId
  }
}

/** Reads the one error form; anything else means that something other than Wheelhouse answered. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '')
  try {
    const body = JSON.parse(text) as Partial<ErrorBody>
    if (typeof body.errorCode === 'string' && typeof body.message === 'string') {
      return new Problem(body.errorCode, body.message, response.status, body.details, body.requestId ?? null)
    }
  } catch {
    // Not JSON: told below.
  }
  return notWheelhouse(response)
}

export function notWheelhouse(response: Response): Problem {
  return new Problem(
    'NOT_WHEELHOUSE',
    `Something that is not Wheelhouse answered with status ${response.status}. Check the address, or the proxy before it.`,
    response.status,
  )
}
